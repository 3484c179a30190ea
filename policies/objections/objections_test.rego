package objections_test

import rego.v1

import data.objections

purposes := {
	"ads": {"legal_basis": "GDPR Art. 6(1)(a): consent", "direct_marketing": true},
	"planning": {"legal_basis": "GDPR Art. 6(1)(e): the licence"},
	"statistics": {"legal_basis": "GDPR Art. 89 with Art. 6(1)(f): statistics"},
	"theft": {"legal_basis": "GDPR Art. 6(1)(f): LIA-7", "compelling": "Theft endangers others: LIA-7."},
	"settling": {"legal_basis": "GDPR Art. 6(1)(c): the code"},
	"billing": {"legal_basis": "GDPR Art. 6(1)(b): the contract"},
}

answer(asked) := decision if {
	decision := objections.decision with input as {"subject": "customer", "purposes": asked} with data.purposes as purposes
}

test_marketing_always if answer(["ads"]) == {"allowed": ["ads"], "refused": [], "unknown": []}

test_public_task_and_legitimate_interest if {
	answer(["statistics", "planning", "planning"]).allowed == ["planning", "statistics"]
}

test_compelling_grounds if {
	answer(["theft"]) == {
		"allowed": [],
		"refused": [{"purpose": "theft", "ground": "Theft endangers others: LIA-7."}],
		"unknown": [],
	}
}

test_obligation_and_contract if {
	decision := answer(["settling", "ads", "billing"])
	decision.allowed == ["ads"]
	[one.purpose | some one in decision.refused] == ["billing", "settling"]
	contains(decision.refused[1].ground, "Art. 6(1)(c)")
}

test_unknown if answer(["nosuch"]) == {"allowed": [], "refused": [], "unknown": ["nosuch"]}

# What is in force: the law's own example on either side.
test_data_in_force if {
	decision := objections.decision with input as {"subject": "customer", "purposes": ["marketing", "settlement", "fraud_prevention", "research"]}
	decision.allowed == ["marketing", "research"]
	[one.purpose | some one in decision.refused] == ["fraud_prevention", "settlement"]
}
