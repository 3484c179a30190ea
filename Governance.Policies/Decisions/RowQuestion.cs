using Governance.Masking.Contracts;

namespace Governance.Policies.Decisions;

/// <summary>Which rows of a dataset may this person see, for this purpose?</summary>
/// <param name="Subject">Who.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Purpose">The purpose's key.</param>
/// <param name="Rule">The rule, as <see cref="AccessDecision.RowRule"/> named it.</param>
public sealed record RowQuestion(PolicySubject Subject, Dataset Dataset, string Purpose, string Rule);
