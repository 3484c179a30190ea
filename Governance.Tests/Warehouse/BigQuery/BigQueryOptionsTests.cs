using Governance.Masking;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Tests.Support;

namespace Governance.Tests.Warehouse.BigQuery;

public sealed class BigQueryOptionsTests
{
    [Fact]
    public void Faults_Defaults_NameAllThatIsRequired() =>
        new BigQueryOptions().Faults().Should().HaveCount(3).And.OnlyContain(fault => fault.Contains("is empty"));

    [Fact]
    public void Faults_AllAtOnce() =>
        Good(options =>
            {
                options.PublishedDataset = options.Dataset;
                options.MaximumBytesBilled = 0;
                options.CredentialsFile = "/nowhere/key.json";
                options.ServiceAccount = "me@example.com";
                options.Endpoint = new Uri("http://bigquery.example.com/");
                options.StorageWriteEndpoint = new Uri("ftp://localhost/");
                options.RetryBudget = TimeSpan.Zero;
                options.RequestTimeout = TimeSpan.Zero;
                options.PollInterval = TimeSpan.FromSeconds(-1);
                options.MaxMutatingPerTable = 0;
                options.TimeTravel = 8;
            })
            .Faults()
            .Should()
            .HaveCount(11)
            .And.OnlyContain(fault => fault.StartsWith("Governance:Warehouse:BigQuery:"));

    [Theory]
    [InlineData("http://127.0.0.1:9050/")]
    [InlineData("http://localhost:9050/")]
    [InlineData("https://bigquery.example.com/")]
    public void Faults_EndpointThatIsSafe_HasNone(string endpoint) =>
        Good(options => options.Endpoint = new Uri(endpoint)).Faults().Should().BeEmpty();

    [Theory]
    [InlineData("{\"type\":\"service_account\",\"private_key\":\"marker-7f31c2\"}")]
    [InlineData("{\"type\":\"marker-7f31c2\"}")]
    [InlineData("marker-7f31c2")]
    public void Load_FileThatIsNoCredentials_SaysSoWithoutQuotingIt(string content)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "key.json");
        File.WriteAllText(file, content);
        FluentActions
            .Invoking(() => BigQueryAccess.Load(Good(options => options.CredentialsFile = file)))
            .Should()
            .Throw<StartupException>()
            .Which.ToString()
            .Should()
            .Contain(nameof(BigQueryOptions.CredentialsFile))
            .And.NotContain("marker-7f31c2");
    }

    private static BigQueryOptions Good(Action<BigQueryOptions> configure)
    {
        var options = new BigQueryOptions
        {
            Project = "p",
            Dataset = "landing",
            PublishedDataset = "published",
        };
        options.Faults().Should().BeEmpty();
        configure(options);
        return options;
    }
}
