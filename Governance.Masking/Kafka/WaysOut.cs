namespace Governance.Masking.Kafka;

/// <summary>The ways out of the interceptor, by their stable names.</summary>
public static class WaysOut
{
    /// <summary>Rows of a warehouse table.</summary>
    public const string Warehouse = "warehouse";

    /// <summary>Messages of a masked topic.</summary>
    public const string Topic = "topic";
}
