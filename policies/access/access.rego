# Who may see which dataset, how, and until when. Decided by what the dataset's contract says of its columns: no column is named here.
package access

import rego.v1

decision := {
	"outcome": outcome,
	"columns": columns,
	"rows": granted(outcome, "data.rows.allow"),
	"until": granted(outcome, input.now + seconds),
	"max_seconds": max_seconds,
	"smallest_group": smallest_group,
	"reasons": reasons,
	"obligations": obligations,
	"approvals": approvals,
	"approver_team": approver_team,
}

granted(result, value) := value if result != "deny"

granted("deny", _) := null

# ---- what is known

purpose := object.get(data.purposes, input.purpose, {})

settings := object.get(data.datasets, input.dataset.name, {})

roles := {role | some role in input.subject.claims.roles}

groups := {group | some group in input.subject.claims.groups}

teams contains name if {
	some name, team in data.teams
	team.members[input.subject.id] == true
}

teams contains name if {
	some name, team in data.teams
	some group in groups
	team.groups[group] == true
}

asked := {name | some name in input.columns}

wanted := [name | some name in input.dataset.columns; is_wanted(name)]

is_wanted(_) if count(asked) == 0

is_wanted(name) if name in asked

# A category is under itself, and under each that it begins with, dot by dot.
within(category, prefixes) if {
	dotted := concat("", [category, "."])
	some prefix in prefixes
	startswith(dotted, concat("", [prefix, "."]))
}

# ---- a field

judged(field) := {"show": "absent", "to": "", "why": "It does not land in the warehouse."} if {
	field.method == "drop"
} else := {"show": "plain", "to": "", "why": ""} if {
	not field.personal
} else := {"show": "hidden", "to": "", "why": sprintf("The purpose does not cover %s.", [field.category])} if {
	not within(field.category, object.get(purpose, "categories", []))
} else := {"show": "hidden", "to": "", "why": sprintf("The purpose sees nothing of %s.", [field.category])} if {
	limit(field.category) == "hidden"
} else := {"show": "generalized", "to": to, "why": sprintf("The purpose sees the %s only.", [to])} if {
	to := limit(field.category)
	field.temporal
	not field.nested
} else := {"show": "hidden", "to": "", "why": "The purpose sees it less exactly only, and a value of this kind cannot be made so."} if {
	limit(field.category)
	field.method in {"plain", "generalize", "partial", "dateshift"}
} else := {"show": "plain", "to": "", "why": ""} if {
	field.method == "plain"
} else := {"show": "masked", "to": "", "why": "It is masked where it stands."}

details := object.get(purpose, "detail", {})

# The strictest of the limits that hold for a category.
limit(category) := level if {
	count(details) > 0
	levels := {one | some prefix, one in details; within(category, [prefix])}
	ordered := [one | some one in ["hidden", "year", "month", "day"]; one in levels]
	level := ordered[0]
}

may_reveal(field) if {
	not input.break_glass
	field.method in data.thresholds.revealable_methods
	within(field.category, object.get(purpose, "reveal", []))
}

# ---- the columns: a view shows a column or does not, so the strictest of its fields counts

columns[name] := column if {
	some name in wanted
	fields := input.dataset.fields[name]
	verdicts := {path: judged(field) | some path, field in fields}
	show := strictest({verdict.show | some verdict in verdicts})
	column := {
		"show": show,
		"generalize": first([verdict.to | show == "generalized"; some verdict in verdicts; verdict.show == show]),
		"reveal": [path | show == "masked"; some path, verdict in verdicts; verdict.show == "masked"; may_reveal(fields[path])],
		"reason": first([verdict.why | some verdict in verdicts; shown(verdict.show) == show]),
	}
}

shown(show) := show if show != "absent"

shown("absent") := "hidden"

strictest(shows) := "hidden" if {
	"hidden" in shows
} else := "masked" if {
	"masked" in shows
} else := "generalized" if {
	"generalized" in shows
} else := "plain" if {
	"plain" in shows
} else := "hidden"

first(texts) := texts[0] if count(texts) > 0

first([]) := ""

visible := {name | some name, column in columns; column.show != "hidden"}

hidden := {name | some name, column in columns; column.show == "hidden"}

# ---- for how long

day := 86400

max_seconds := min(limits) if {
	limits := {data.thresholds.break_glass.max_seconds | input.break_glass} |
		{data.thresholds.max_days * day} |
		{most | most := purpose.max_days * day} |
		{most | most := settings.max_days * day}
}

seconds := min([input.seconds, max_seconds])

# ---- no

refusals contains reason("role_missing", sprintf("Datasets are asked for by somebody with one of the roles: %s.", [concat(", ", data.thresholds.asking_roles)])) if {
	not input.break_glass
	count([role | some role in data.thresholds.asking_roles; role in roles]) == 0
}

refusals contains reason("role_missing", sprintf("The glass is broken by somebody with one of the roles: %s.", [concat(", ", data.thresholds.break_glass.roles)])) if {
	input.break_glass
	count([role | some role in data.thresholds.break_glass.roles; role in roles]) == 0
}

refusals contains reason("purpose_unknown", sprintf("There is no such purpose. Known are: %s.", [concat(", ", known_purposes)])) if {
	count(purpose) == 0
}

refusals contains reason("purpose_without_legal_basis", "The purpose has no legal basis, so nobody may use it. Ask the data protection officer.") if {
	count(purpose) > 0
	object.get(purpose, "legal_basis", "") == ""
}

refusals contains reason("purpose_ended", sprintf("The purpose ended at %s.", [purpose.until])) if {
	object.get(purpose, "until", "") != ""
	not running
}

# What is no time has ended.
running if time.parse_rfc3339_ns(purpose.until) > input.now * 1000000000

refusals contains reason("purpose_of_others", sprintf("The purpose is used by the teams: %s.", [concat(", ", purpose.teams)])) if {
	count([team | some team in purpose.teams; team in teams]) == 0
}

refusals contains reason("break_glass_only", "The purpose is for emergencies: break the glass, with a reason.") if {
	purpose.break_glass_only == true
	not input.break_glass
}

refusals contains reason("justification_missing", sprintf("Say in %d words or more what has happened.", [data.thresholds.break_glass.words])) if {
	input.break_glass
	input.justification_words < data.thresholds.break_glass.words
}

refusals contains reason("duration_wrong", "Ask for a second at least.") if input.seconds < 1

refusals contains reason("column_unknown", sprintf("The dataset has no such column: %s.", [concat(", ", sort(unknown))])) if {
	unknown := [name | some name in input.columns; not name in input.dataset.columns]
	count(unknown) > 0
}

refusals contains reason("nothing_to_show", "Nothing that is asked for can be shown for this purpose.") if {
	count(purpose) > 0
	count(visible) == 0
}

refusals contains reason("renewals_used_up", sprintf("A grant is renewed %d times at most: ask anew.", [data.thresholds.max_renewals])) if {
	input.renews.renewals >= data.thresholds.max_renewals
}

refusals contains reason("renewal_changes_purpose", "A renewal keeps the purpose: ask anew for another.") if {
	input.renews.purpose != input.purpose
}

known_purposes := sort([name | some name, _ in data.purposes])

# ---- ask the owner

questions contains reason("purpose_asks_owner", "The purpose needs the owner's word.") if purpose.ask_owner == true

questions contains reason("dataset_asks_owner", "The dataset is given by its owner alone.") if settings.ask_owner == true

questions contains reason("sensitive", sprintf("It holds what is sensitive: %s.", [concat(", ", sort(sensitive))])) if {
	count(sensitive) > 0
}

questions contains reason("long", sprintf("It is for longer than %d days.", [data.thresholds.unasked_days])) if {
	seconds > data.thresholds.unasked_days * day
}

sensitive := {name |
	some name in visible
	some field in input.dataset.fields[name]
	field.personal
	within(field.category, data.thresholds.sensitive)
}

# The owner's word that stands: an approval that is in the data, or that of the grant that goes on unchanged.
settled if {
	held := data.grants[input.subject.id][input.dataset.name][input.purpose]
	held.until >= input.now + seconds
	count([name | some name in visible; not name in held.columns]) == 0
}

settled if {
	input.renews.approved_by_owner == true
	count([name | some name in visible; not name in input.renews.columns]) == 0
}

asks if {
	count(questions) > 0
	not settled
	not input.break_glass
}

# ---- the answer

outcome := "deny" if {
	count(refusals) > 0
} else := "ask_owner" if {
	asks
} else := "allow"

notes contains reason("shortened", "It is for less long than was asked for: for the longest that is given.") if {
	outcome != "deny"
	input.seconds > max_seconds
}

notes contains reason("columns_hidden", sprintf("Not shown for this purpose: %s.", [concat(", ", sort(hidden))])) if {
	outcome != "deny"
	count(hidden) > 0
}

notes contains reason("break_glass", "The glass is broken: the owner and the data protection officer are told.") if {
	outcome != "deny"
	input.break_glass
}

reasons := sort(refusals) if {
	outcome == "deny"
} else := array.concat(sort(questions), sort(notes)) if {
	outcome == "ask_owner"
} else := sort(notes)

reason(code, text) := {"code": code, "text": text}

obligations := ["alarm", "ledger", "review"] if {
	outcome != "deny"
	input.break_glass
} else := ["ledger"]

approvals := data.thresholds.sensitive_approvals if {
	outcome == "ask_owner"
	count(sensitive) > 0
} else := 1 if {
	outcome == "ask_owner"
} else := 0

approver_team := input.dataset.owner if {
	outcome == "ask_owner"
} else := ""

is_personal if {
	some fields in input.dataset.fields
	some field in fields
	field.personal
}

smallest_group := max([object.get(purpose, "smallest_group", 0), object.get(settings, "smallest_group", 0)]) if {
	is_personal
} else := 0
