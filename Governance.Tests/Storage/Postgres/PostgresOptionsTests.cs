using System.ComponentModel.DataAnnotations;
using Governance.Api.Storage.Postgres;

namespace Governance.Tests.Storage.Postgres;

public sealed class PostgresOptionsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("Host=db;Database=governance;Username=governance;Password=canary7f3a")]
    public void Validate_NoneOrWhole_FindsNoFault(string? connectionString) =>
        Faults(connectionString).Should().BeEmpty();

    [Theory]
    [InlineData("Database=governance;Password=canary7f3a", "names no host")]
    [InlineData("Host=db;Password=canary7f3a", "names no database")]
    [InlineData("Host=a,b;Database=governance;Password=canary7f3a", "several hosts")]
    [InlineData("Host=db;Database=governance;Multiplexing=true;Password=canary7f3a", "Multiplexing")]
    [InlineData("postgres://governance:canary7f3a@db/governance", "no connection string")]
    [InlineData("Host=db;Database=governance;Port=canary7f3a", "no connection string")]
    [InlineData("Host=db;Database=governance;canary7f3a=1", "no connection string")]
    public void Validate_Wrong_SaysWhatWithoutQuotingIt(string connectionString, string words) =>
        Faults(connectionString).Should().ContainSingle().Which.Should().Contain(words).And.NotContain("canary7f3a");

    private static IEnumerable<string> Faults(string? connectionString)
    {
        var options = new PostgresOptions { ConnectionString = connectionString };
        return options.Validate(new ValidationContext(options)).Select(fault => fault.ErrorMessage!);
    }
}
