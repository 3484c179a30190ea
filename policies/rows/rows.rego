# Which rows of a dataset, as conditions on its columns. The columns of the row are not known when this is asked: input.<dataset>.<column>.
# Write the column on the left.
package rows

import rego.v1

default allow := false

# The datasets whose rows are told apart. What is not named here is shown whole, to whom access shows it at all.
conditional := {"addresses", "marketing_consents"}

allow if {
	input.dataset.name
	not input.dataset.name in conditional
}

# Addresses of the regions that one's teams look after.
allow if {
	input.dataset.name == "addresses"
	purpose.all_regions == true
}

allow if {
	input.dataset.name == "addresses"
	input.addresses.country in regions
}

# Marketing reads whom it may write to; others read every word that was given.
allow if {
	input.dataset.name == "marketing_consents"
	input.purpose != "marketing"
}

allow if {
	input.dataset.name == "marketing_consents"
	input.purpose == "marketing"
	input.marketing_consents.consents.offers == true
}

purpose := object.get(data.purposes, input.purpose, {})

regions contains region if {
	id := input.subject.id
	some team in data.teams
	team.members[id] == true
	some region in team.regions
}

regions contains region if {
	some group in input.subject.claims.groups
	some team in data.teams
	team.groups[group] == true
	some region in team.regions
}
