namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>What GoogleSQL's analyzer says of a statement, or what goes wrong while it is executed.</summary>
internal sealed class SqlException(string message) : Exception(message);
