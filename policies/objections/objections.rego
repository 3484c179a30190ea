# Which purposes a person may object to (GDPR Art. 21). An objection to direct marketing always counts (21(2)); else it reaches what rests on
# a public task or a legitimate interest (21(1)), unless there are compelling grounds that were written down before anybody asked.
package objections

import rego.v1

decision := {
	"allowed": allowed,
	"refused": refused,
	"unknown": sort(unknown),
}

asked := {key | some key in input.purposes}

unknown contains key if {
	some key in asked
	not data.purposes[key]
}

allowed := sort({key | some key in asked; not key in unknown; not grounds[key]})

refused := [{"purpose": key, "ground": ground} | some key in sort(asked); ground := grounds[key]]

grounds[key] := purpose.compelling if {
	some key in asked
	purpose := data.purposes[key]
	not purpose.direct_marketing
	reaches(purpose)
	purpose.compelling
}

grounds[key] := sprintf("Art. 21 does not reach it, since it rests on %s", [purpose.legal_basis]) if {
	some key in asked
	purpose := data.purposes[key]
	not purpose.direct_marketing
	not reaches(purpose)
}

reaches(purpose) if contains(purpose.legal_basis, "Art. 6(1)(e)")

reaches(purpose) if contains(purpose.legal_basis, "Art. 6(1)(f)")
