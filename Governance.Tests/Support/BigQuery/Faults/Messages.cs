namespace Governance.Tests.Support.BigQuery.Faults;

/// <summary>Texts of errors that clients recognise by their words, since the reason alone does not tell them apart.</summary>
internal static class Messages
{
    /// <summary>https://cloud.google.com/bigquery/docs/data-manipulation-language#limitations</summary>
    public static string StreamingBuffer(string table) =>
        $"UPDATE or DELETE statement over table {table} would affect rows in the streaming buffer, which is not supported";

    /// <summary>https://cloud.google.com/bigquery/docs/troubleshoot-quotas#ts-too-many-dml-statements</summary>
    public static string QueueFull(string table, int limit) =>
        $"Resources exceeded during query execution: Too many DML statements outstanding against table {table}, limit is {limit}.";
}
