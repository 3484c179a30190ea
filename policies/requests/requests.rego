# Who may decide about a request for access, and about the grant that came of it. Four eyes: nobody approves what they asked for.
package requests

import rego.v1

decision := {
	"allow": allow,
	"remaining": remaining,
	"reasons": reasons,
}

default allow := false

allow if {
	known_act
	count(refusals) == 0
}

known_act if input.act in {"approve", "deny", "revoke", "read", "renew"}

roles := {role | some role in input.subject.claims.roles}

requester if {
	input.subject.id != ""
	input.subject.id == input.request.requester
}

# ---- the owner's people

owning := data.teams[input.request.owner_team]

in_owning_team if owning.members[input.subject.id] == true

in_owning_team if {
	some group in input.subject.claims.groups
	owning.groups[group] == true
}

owner if {
	input.subject.id != ""
	"owner" in roles
	in_owning_team
}

# A team that the policies do not know has no people: others stand in for it.
owner if {
	input.subject.id != ""
	not owning
	some role in data.thresholds.unknown_team_approvers
	role in roles
}

officer if {
	input.subject.id != ""
	"dpo" in roles
}

# Where two have to approve, the officer may be the second of them.
second if {
	officer
	input.request.approvals > 1
	count(input.request.approved_by) > 0
}

approver if owner

approver if second

# ---- no

refusals contains reason("four_eyes", "Nobody approves what they asked for themselves.") if {
	input.act == "approve"
	requester
}

refusals contains reason("not_the_owner", sprintf("This is decided by the owning team: %s.", [input.request.owner_team])) if {
	input.act == "approve"
	not approver
}

refusals contains reason("approved_already", "You have approved it already: another person has to.") if {
	input.act == "approve"
	input.subject.id in input.request.approved_by
}

refusals contains reason("not_the_owner", sprintf("This is decided by the owning team: %s.", [input.request.owner_team])) if {
	input.act == "deny"
	not owner
	not officer
}

refusals contains reason("not_yours", "It is ended by who holds it, by its owner or by the data protection officer.") if {
	input.act == "revoke"
	not requester
	not owner
	not officer
}

refusals contains reason("not_yours", "It is read by who asked, by its owner, by the data protection officer and by auditors.") if {
	input.act == "read"
	not requester
	not owner
	not officer
	not "auditor" in roles
}

refusals contains reason("not_yours", "A grant is renewed by who holds it.") if {
	input.act == "renew"
	not requester
}

refusals contains reason("act_unknown", "There is no such act.") if not known_act

reasons := sort(refusals)

reason(code, text) := {"code": code, "text": text}

# ---- how many are still missing, once this is done

remaining := max([0, input.request.approvals - count(voices)]) if {
	input.act == "approve"
	allow
} else := max([0, input.request.approvals - count(input.request.approved_by)])

voices := {id | some id in input.request.approved_by} | {input.subject.id}
