namespace Governance.Api.Storage;

/// <summary>The state's file.</summary>
/// <param name="Path">Its path.</param>
internal sealed record StateLocation(string Path);
