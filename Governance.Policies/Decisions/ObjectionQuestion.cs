using System.Collections.Immutable;

namespace Governance.Policies.Decisions;

/// <summary>Which of these purposes may a person object to?</summary>
/// <param name="SubjectKind">The kind of person, such as <c>customer</c>.</param>
/// <param name="Purposes">The purposes' keys.</param>
public sealed record ObjectionQuestion(string SubjectKind, ImmutableArray<string> Purposes);
