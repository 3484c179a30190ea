namespace Governance.Masking;

/// <summary>
/// Named points between the steps of long work, where a test can stop the process to show that nothing is lost or done twice.
/// In service nothing happens there.
/// </summary>
public interface IFaultPoints
{
    /// <summary>A point is reached: everything before it is durable, nothing after it has begun.</summary>
    /// <param name="name">A stable name, such as <c>sink.appended</c> or <c>erasure.suppressed</c>.</param>
    void Reached(string name);
}

/// <summary>Points at which nothing happens.</summary>
public sealed class NoFaultPoints : IFaultPoints
{
    /// <summary>The one instance.</summary>
    public static NoFaultPoints Instance { get; } = new();

    /// <inheritdoc />
    public void Reached(string name) { }
}
