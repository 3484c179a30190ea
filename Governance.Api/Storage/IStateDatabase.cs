namespace Governance.Api.Storage;

/// <summary>Makes the state ready at start.</summary>
internal interface IStateDatabase
{
    /// <summary>Creates the tables, or brings them up to date. Safe to run at every start.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);
}
