// What young people read after the first screen, in one file: their own pages' words and those of a place's pack.
import pack from '../messages/pack/ar.json'
import more from '../messages/young-more/ar.json'

export default { ...more, ...pack }
