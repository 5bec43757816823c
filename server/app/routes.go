package app

import (
	"heard/server/accounts"
	"heard/server/feelings"
	"heard/server/notify"
	"heard/server/people"
	"heard/server/viewer"
	"heard/server/web"
)

// routes is the route table: every route of the API with its policy on its line.
// What needs the object itself is asked in the use case, in the transaction that reads it.
func (a *App) routes() {
	a.youngRoutes(a.Web.Place(viewer.Young))
	a.workRoutes(a.Web.Place(viewer.Work))
	a.adminRoutes(a.Web.Place(viewer.Admin))
	if a.Demo != nil {
		a.demoRoutes(a.Web.Open())
	}
}

func (a *App) youngRoutes(g *web.Group) {
	h, p, f := a.accountHandlers(viewer.Young), people.NewHandlers(a.People), a.Feelings.Handlers()
	web.GET(g, "/session", web.Public(), h.GetSession, "Who is signed in here")
	web.POST(g, "/join", web.Public(), h.PostJoin, "Open this device with a code")
	web.POST(g, "/sign-out", web.Public(), h.PostSignOut, "Sign out of this device")
	web.POST(g, "/lock-setup", accounts.AsYoungReading, h.PostLockSetup, "Set the lock")
	web.DELETE(g, "/lock-setup", accounts.AsYoungReading, h.DeleteLockSetup, "Take the lock away")
	web.POST(g, "/lock", accounts.AsYoung, h.PostLock, "Lock reading")
	web.POST(g, "/unlock", accounts.AsYoung, h.PostUnlock, "Unlock reading")
	web.GET(g, "/devices", accounts.AsYoungReading, h.GetDevices, "My devices")
	web.POST(g, "/devices/{id}/approve", accounts.AsYoungReading, h.ApproveDevice, "Let a device read")
	web.DELETE(g, "/devices/{id}", accounts.AsYoungReading, h.DeleteDevice, "End a device")

	web.GET(g, "/people", people.AsYoung, p.GetPeople, "My people")
	web.GET(g, "/looked", people.AsYoungReading, p.GetLooked, "Who looked at my things")

	web.POST(g, "/cards", feelings.AsSender, f.Tap, "Send or keep a card", web.OwnReading)
	web.GET(g, "/cards", feelings.AsReader, f.Mine, "My cards")
	web.GET(g, "/cards/{id}", feelings.AsReader, f.Page, "One of my cards")
	web.GET(g, "/cards/{id}/status", feelings.AsSender, f.Status, "Where a card sent from here stands, without its words")
	web.POST(g, "/cards/{id}/withdraw", feelings.AsSender, f.Withdraw, "Take a card back")
	web.POST(g, "/cards/{id}/close", feelings.AsReader, f.Close, "Say a card is sorted")
	web.POST(g, "/cards/{id}/reopen", feelings.AsReader, f.Reopen, "Open a card again")
	web.POST(g, "/cards/{id}/check", feelings.AsReader, f.Check, "Say whether you talked")
	web.SSE(g, "/live", feelings.AsSender, a.Feelings.Live(a.Hub), "What changes, as it changes")
}

func (a *App) workRoutes(g *web.Group) {
	h, p, n, f := a.accountHandlers(viewer.Work), people.NewHandlers(a.People), a.Notify.Handlers(), a.Feelings.Handlers()
	a.staffDoor(g, h, accounts.AsStaff)

	web.GET(g, "/inbox", feelings.AsStaff, f.Inbox, "Cards that wait for somebody")
	web.GET(g, "/cards/{id}", feelings.AsStaff, f.StaffPage, "One card")
	web.GET(g, "/open/{alertId}", feelings.AsStaff, f.Open, "What a notification points at")
	web.POST(g, "/cards/{id}/seen", feelings.AsStaff, f.Seen, "I've seen this")
	web.POST(g, "/cards/{id}/answer", feelings.AsStaff, f.Answer, "Answer a card")
	web.POST(g, "/cards/{id}/here", feelings.AsStaff, f.Here, "I'm with them")
	web.POST(g, "/cards/{id}/met", feelings.AsStaff, f.Met, "We talked")
	web.POST(g, "/cards/{id}/close", feelings.AsStaff, f.CloseFor, "Close a card with a reason")
	web.POST(g, "/cards/{id}/checked-on", feelings.AsStaff, f.CheckedOn, "I checked on them")
	web.SSE(g, "/live", feelings.AsStaff, a.Feelings.Live(a.Hub), "What changes, as it changes")

	web.GET(g, "/young-people", people.AsStaff, p.GetMyYoungPeople, "My young people")
	web.POST(g, "/young-people/{id}/join-code", accounts.AsStaff, h.PostJoinCode, "A code for a young person's device")
	web.GET(g, "/colleagues", people.AsStaff, p.GetColleagues, "Staff a relation can be given to")
	web.GET(g, "/relations", people.AsStaff, p.GetRelationsOf, "Relations of a young person")
	web.POST(g, "/relations", people.AsStaff, p.PostRelation, "Give a relation in my team")
	web.GET(g, "/relations/proposed", people.AsStaff, p.GetProposed, "Relations that wait for a lead")
	web.POST(g, "/relations/{id}/confirm", people.AsStaff, p.ConfirmRelation, "Confirm a relation")
	web.POST(g, "/relations/{id}/end", people.AsStaff, p.EndRelation, "End a relation")
	web.POST(g, "/break-glass", people.AsStaff, p.PostBreakGlass, "Open a young person's cards for an hour, with a reason")

	web.GET(g, "/push", notify.MayUsePush, n.List, "My push subscriptions and their health")
	web.POST(g, "/push/subscriptions", notify.MayUsePush, n.Subscribe, "Subscribe this device")
	web.DELETE(g, "/push/subscriptions/{id}", notify.MayUsePush, n.Unsubscribe, "Unsubscribe a device")
	web.POST(g, "/push/subscriptions/{id}/test", notify.MayUsePush, n.SendTest, "Send a test push")
	web.POST(g, "/push/tests/{id}/answer", notify.MayUsePush, n.AnswerTest, "The test push arrived")
}

func (a *App) adminRoutes(g *web.Group) {
	h, p := a.accountHandlers(viewer.Admin), people.NewHandlers(a.People)
	a.staffDoor(g, h, accounts.AsAdmin)

	web.GET(g, "/services", people.AsAdmin, p.GetServices, "Services")
	web.POST(g, "/services", people.AsAdmin, p.PostService, "Make a service")
	web.POST(g, "/services/{id}", people.AsAdmin, p.RenameService, "Rename a service")
	web.GET(g, "/teams", people.AsAdmin, p.GetTeams, "Teams")
	web.POST(g, "/teams", people.AsAdmin, p.PostTeam, "Make a team")
	web.GET(g, "/staff", people.AsAdmin, p.GetStaff, "Staff")
	web.POST(g, "/staff", people.AsAdmin, p.PostStaff, "Make a staff account")
	web.PUT(g, "/staff/{id}", people.AsAdmin, p.PutStaff, "Change a staff account")
	web.POST(g, "/staff/{id}/invitation", people.AsAdmin, p.PostInvitation, "Make a new invitation link")
	web.POST(g, "/staff/{id}/suspend", people.AsAdmin, p.SuspendStaff, "Suspend a staff account")
	web.POST(g, "/staff/{id}/restore", people.AsAdmin, p.RestoreStaff, "Restore a staff account")
	web.GET(g, "/young-people", people.AsAdmin, p.GetYoungPeople, "Young people")
	web.POST(g, "/young-people", people.AsAdmin, p.PostYoungPerson, "Make a young person's account")
	web.PUT(g, "/young-people/{id}", people.AsAdmin, p.PutYoungPerson, "Change a young person's account")
	web.POST(g, "/young-people/{id}/join-code", accounts.AsAdmin, h.PostJoinCode, "A code for a young person's device")
	web.POST(g, "/young-people/{id}/suspend", people.AsAdmin, p.SuspendYoungPerson, "Suspend a young person's account")
	web.POST(g, "/young-people/{id}/restore", people.AsAdmin, p.RestoreYoungPerson, "Restore a young person's account")
	web.GET(g, "/relations", people.AsAdmin, p.GetRelations, "Relations")
	web.POST(g, "/relations", people.AsAdmin, p.PostRelation, "Propose a relation")
	web.POST(g, "/relations/{id}/end", people.AsAdmin, p.EndRelation, "End a relation")
	web.GET(g, "/organisation", people.AsAdmin, p.GetOrganisation, "The organisation")
	web.PUT(g, "/organisation", people.AsAdmin, p.PutOrganisation, "Change the organisation")
}

// staffDoor is the way in for those who sign in with a passkey, the same at work and for administrators.
func (a *App) staffDoor(g *web.Group, h *accounts.Handlers, signedIn web.Policy) {
	web.GET(g, "/session", web.Public(), h.GetSession, "Who is signed in here")
	web.POST(g, "/invite/begin", web.Public(), h.BeginInvite, "Open an invitation")
	web.POST(g, "/invite/finish", web.Public(), h.FinishInvite, "Accept an invitation with a passkey")
	web.POST(g, "/sign-in/begin", web.Public(), h.BeginSignIn, "Ask for a passkey")
	web.POST(g, "/sign-in/finish", web.Public(), h.FinishSignIn, "Sign in with a passkey")
	web.POST(g, "/sign-out", web.Public(), h.PostSignOut, "Sign out")
	web.GET(g, "/passkeys", signedIn, h.GetPasskeys, "My passkeys")
	web.POST(g, "/passkeys/begin", signedIn, h.BeginPasskey, "Add a passkey: begin")
	web.POST(g, "/passkeys/finish", signedIn, h.FinishPasskey, "Add a passkey: finish")
	web.DELETE(g, "/passkeys/{id}", signedIn, h.DeletePasskey, "End a passkey")
	web.GET(g, "/devices", signedIn, h.GetDevices, "My devices")
	web.DELETE(g, "/devices/{id}", signedIn, h.DeleteDevice, "End a device")
}

func (a *App) demoRoutes(g *web.Group) {
	h := a.Demo.Handlers()
	web.GET(g, "/demo", web.Public(), h.GetDoors, "The demo's doors")
	web.POST(g, "/demo/enter", web.Public(), h.PostEnter, "Go through a door of the demo")
}

func (a *App) accountHandlers(place viewer.Place) *accounts.Handlers {
	return a.Accounts.Handlers(place, accounts.Around{
		Organisation: people.OrganisationTx, Roles: people.RolesTx, MayMakeCode: people.MayMakeCode,
	})
}
