package rows_test

import rego.v1

import data.rows

analyst := {"type": "user", "id": "5a000000-0000-4000-8000-000000000002", "claims": {"roles": ["analyst"], "groups": []}}

question(dataset, purpose, row) := object.union(
	{"subject": analyst, "dataset": {"name": dataset}, "purpose": purpose},
	{dataset: row},
)

test_addresses_of_the_region if {
	rows.allow with input as question("addresses", "billing", {"country": "WALES"})
	not rows.allow with input as question("addresses", "billing", {"country": "SCOTLAND"})
	not rows.allow with input as question("addresses", "billing", {})
}

test_addresses_of_all_regions_in_an_emergency if {
	rows.allow with input as question("addresses", "emergency", {"country": "SCOTLAND"})
}

test_addresses_of_nobodys_region if {
	stranger := object.union(question("addresses", "billing", {"country": "WALES"}), {"subject": {"id": "x"}})
	not rows.allow with input as stranger
	rows.allow with input as stranger
		with input.subject.claims.groups as ["g-1"]
		with data.teams.billing.groups as {"g-1": true}
}

test_consents_for_marketing_are_those_that_were_given if {
	rows.allow with input as question("marketing_consents", "marketing", {"consents": {"offers": true}})
	not rows.allow with input as question("marketing_consents", "marketing", {"consents": {"offers": false}})
	not rows.allow with input as question("marketing_consents", "marketing", {"consents": {}})
	rows.allow with input as question("marketing_consents", "support", {"consents": {"offers": false}})
}

test_other_datasets_are_whole if rows.allow with input as question("meter_readings", "settlement", {})

test_no_dataset_no_rows if not rows.allow with input as {"subject": analyst, "purpose": "settlement"}
