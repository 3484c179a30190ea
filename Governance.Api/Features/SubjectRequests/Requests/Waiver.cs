namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>
/// Somebody's word that a table which no path reaches needs not be reached for this person, and why. It is part of the plan, and of its hash.
/// </summary>
/// <param name="Dataset">The table.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who says so.</param>
/// <param name="At">When.</param>
internal sealed record Waiver(string Dataset, string Reason, string By, DateTimeOffset At);
