namespace Governance.Policies.Warehouse;

/// <summary>
/// Keeps writers of the warehouse apart: an append between an erasure's closure and its delete would stay. Landings may go on side by
/// side where the warehouse can take that; an erasure has the gate for itself. Whoever holds it may write in the same flow of control,
/// where it is remembered. Take it from the services: it spans all processes where these share their state.
/// </summary>
public interface IWriteGate
{
    /// <summary>
    /// Enters alone, to erase or to plan: nothing lands meanwhile. Entering again while holding it is allowed and changes nothing.
    /// </summary>
    /// <remarks>For whoever implements it: not an async method, since one could not leave its mark in the caller's flow.</remarks>
    /// <exception cref="InvalidOperationException">The caller is inside for landing, and would wait for itself.</exception>
    ValueTask<IAsyncDisposable> EnterAsync(CancellationToken cancellationToken);

    /// <summary>Enters to land rows, possibly beside others that land. Entering while holding the gate is allowed and changes nothing.</summary>
    ValueTask<IAsyncDisposable> EnterForLandingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Enters for one write: inside the hold that the caller has, or else alone. An adapter calls it around each statement that writes,
    /// so that nobody writes on whose hold was lost.
    /// </summary>
    /// <exception cref="WarehouseException">The caller's hold was lost; it must begin again.</exception>
    ValueTask<IAsyncDisposable> EnterForOneAsync(CancellationToken cancellationToken);
}
