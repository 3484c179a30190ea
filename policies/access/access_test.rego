package access_test

import rego.v1

import data.access

analyst := {"type": "user", "id": "5a000000-0000-4000-8000-000000000002", "claims": {"roles": ["analyst"], "groups": []}}

field(category, method) := {
	"category": category,
	"method": method,
	"personal": startswith(category, "user."),
	"temporal": false,
	"nested": false,
}

instant(category) := object.union(field(category, "plain"), {"temporal": true})

readings := {
	"name": "meter_readings",
	"contract": "meter_readings",
	"owner": "metering",
	"columns": ["mpan", "read_at", "kwh", "quality", "raw"],
	"fields": {
		"mpan": {"mpan": field("user.unique_id", "surrogate")},
		"read_at": {"read_at": instant("user.device.telemetry")},
		"kwh": {"kwh": field("user.device.telemetry", "plain")},
		"quality": {"quality": field("", "plain")},
		"raw": {"raw": field("user.device.telemetry", "drop")},
	},
}

customers := {
	"name": "customers",
	"contract": "customers",
	"owner": "customer-relations",
	"columns": ["customer_id", "name", "email", "created_at", "ni_number"],
	"fields": {
		"customer_id": {"customer_id": field("user.unique_id", "surrogate")},
		"name": {
			"name.given": object.union(field("user.name.first", "seal"), {"nested": true}),
			"name.family": object.union(field("user.name.last", "seal"), {"nested": true}),
		},
		"email": {"email": field("user.contact.email", "surrogate")},
		"created_at": {"created_at": instant("user.account")},
		"ni_number": {"ni_number": field("user.government_id.national_identification_number", "seal")},
	},
}

question := {
	"subject": analyst,
	"dataset": readings,
	"purpose": "settlement",
	"columns": [],
	"seconds": 3600,
	"now": 1800000000,
	"break_glass": false,
	"justification_words": 0,
}

asked(changes) := object.union(question, changes)

answer(changes) := decision if decision := access.decision with input as asked(changes)

codes(decision) := {reason.code | some reason in decision.reasons}

test_settlement_sees_half_hours if {
	decision := answer({})
	decision.outcome == "allow"
	decision.columns.kwh.show == "plain"
	decision.columns.mpan.show == "masked"
	decision.columns.raw.show == "hidden"
	decision.until == 1800003600
	decision.rows == "data.rows.allow"
	codes(decision) == {"columns_hidden"}
}

test_marketing_never_sees_consumption_at_half_hours if {
	decision := answer({"purpose": "marketing"})
	decision.columns.kwh.show == "hidden"
	decision.columns.read_at.show == "hidden"
}

test_marketing_sees_nothing_of_what_it_asks_of_consumption if {
	decision := answer({"purpose": "marketing", "columns": ["kwh", "read_at"]})
	decision.outcome == "deny"
	codes(decision) == {"nothing_to_show"}
	decision.rows == null
	decision.until == null
}

test_marketing_sees_the_month_and_asks_the_owner if {
	decision := answer({"purpose": "marketing", "dataset": customers})
	decision.outcome == "ask_owner"
	decision.columns.created_at == {"show": "generalized", "generalize": "month", "reveal": [], "reason": "The purpose sees the month only."}
	decision.columns.name.show == "hidden"
	decision.approver_team == "customer-relations"
	decision.approvals == 1
	decision.smallest_group == 10
}

test_a_field_within_is_never_less_exact if {
	nested := object.union(customers, {"fields": {"created_at": {"created_at.at": object.union(instant("user.account"), {"nested": true})}}})
	decision := answer({"purpose": "marketing", "dataset": nested})
	decision.columns.created_at.show == "hidden"
}

test_billing_reveals_contact_and_name_and_no_id if {
	decision := answer({"purpose": "billing", "dataset": customers, "columns": ["customer_id", "name", "email"]})
	decision.outcome == "allow"
	decision.columns.name.reveal == ["name.family", "name.given"]
	decision.columns.email.reveal == ["email"]
	decision.columns.customer_id.reveal == []
}

test_unknown_purpose_names_those_that_are if {
	decision := answer({"purpose": "curiosity"})
	decision.outcome == "deny"
	some reason in decision.reasons
	reason.code == "purpose_unknown"
	contains(reason.text, "settlement")
}

test_purpose_without_legal_basis if {
	decision := access.decision with input as question with data.purposes.settlement.legal_basis as ""
	decision.outcome == "deny"
	codes(decision) == {"purpose_without_legal_basis"}
}

test_purpose_ended if {
	ended := access.decision with input as question with data.purposes.settlement.until as "2020-01-01T00:00:00Z"
	codes(ended) == {"purpose_ended"}
	running := access.decision with input as question with data.purposes.settlement.until as "2099-01-01T00:00:00Z"
	running.outcome == "allow"
	nonsense := access.decision with input as question with data.purposes.settlement.until as "soon"
	codes(nonsense) == {"purpose_ended"}
}

test_purpose_of_others if {
	others := access.decision with input as question with data.purposes.settlement.teams as ["billing"]
	codes(others) == {"purpose_of_others"}
	own := access.decision with input as question with data.purposes.settlement.teams as ["analytics"]
	own.outcome == "allow"
	by_group := access.decision with input as question
		with data.purposes.settlement.teams as ["billing"]
		with data.teams.billing.groups as {"g-1": true}
		with input.subject.claims.groups as ["g-1"]
	by_group.outcome == "allow"
}

test_role_missing if {
	decision := answer({"subject": {"claims": {"roles": ["auditor"]}}})
	codes(decision) == {"role_missing"}
}

test_unknown_column if codes(answer({"columns": ["kwh", "salary"]})) == {"column_unknown"}

test_duration_wrong if codes(answer({"seconds": 0})) == {"duration_wrong"}

test_shortened_to_the_longest if {
	decision := answer({"purpose": "billing", "dataset": customers, "columns": ["email"], "seconds": 4000000000})
	decision.until == 1800000000 + (365 * 86400)
	codes(decision) == {"long", "shortened"}
}

test_sensitive_needs_two if {
	covered := access.decision with input as asked({"dataset": customers, "purpose": "billing", "columns": ["ni_number"]})
		with data.purposes.billing.categories as ["user.government_id"]
	covered.outcome == "ask_owner"
	covered.approvals == 2
	codes(covered) == {"sensitive"}
}

test_owner_of_a_dataset_is_asked if {
	decision := access.decision with input as question with data.datasets as {"meter_readings": {"ask_owner": true, "smallest_group": 7, "max_days": 1}}
	decision.outcome == "ask_owner"
	decision.smallest_group == 7
	decision.max_seconds == 86400
}

test_an_approval_that_stands_is_not_asked_for_again if {
	held := {"until": 1900000000, "columns": ["customer_id", "email"]}
	stands := access.decision with input as asked({"purpose": "marketing", "dataset": customers, "columns": ["email"]})
		with data.grants as {analyst.id: {"customers": {"marketing": held}}}
	stands.outcome == "allow"
	more := access.decision with input as asked({"purpose": "marketing", "dataset": customers, "columns": ["email", "created_at"]})
		with data.grants as {analyst.id: {"customers": {"marketing": held}}}
	more.outcome == "ask_owner"
}

renewed := {"id": "g", "purpose": "marketing", "columns": ["email"], "used_columns": ["email"], "approved_by_owner": true, "renewals": 0}

test_renewal if {
	same := answer({"purpose": "marketing", "dataset": customers, "columns": ["email"], "renews": renewed})
	same.outcome == "allow"
	often := answer({"purpose": "marketing", "dataset": customers, "columns": ["email"], "renews": object.union(renewed, {"renewals": 4})})
	codes(often) == {"renewals_used_up"}
	other := answer({"purpose": "billing", "dataset": customers, "columns": ["email"], "renews": renewed})
	codes(other) == {"renewal_changes_purpose"}
}

test_break_glass if {
	decision := answer({"purpose": "emergency", "dataset": customers, "break_glass": true, "justification_words": 9, "seconds": 86400})
	decision.outcome == "allow"
	decision.obligations == ["alarm", "ledger", "review"]
	decision.until == 1800003600
	decision.columns.name.reveal == []
	codes(answer({"purpose": "emergency", "dataset": customers})) == {"break_glass_only"}
	codes(answer({"purpose": "emergency", "break_glass": true, "justification_words": 2})) == {"justification_missing"}
}

test_nobody_is_denied if {
	decision := answer({"subject": {"id": "", "claims": {"roles": [], "groups": []}}})
	decision.outcome == "deny"
}

# The purposes that there are.

test_every_purpose_has_a_legal_basis if {
	every purpose in data.purposes {
		startswith(purpose.legal_basis, "GDPR Art. ")
	}
}
