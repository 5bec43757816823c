/** A service that may ask the Session Feedback Questionnaire. */
export interface FeedbackService {
  id: string
  name: string
  on: boolean
  /** The viewer leads it: what was given is theirs to put into the service's record. */
  mayExport: boolean
}
