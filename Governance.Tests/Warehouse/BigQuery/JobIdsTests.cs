using Governance.Policies.Warehouse.BigQuery.Jobs;

namespace Governance.Tests.Warehouse.BigQuery;

public sealed class JobIdsTests
{
    [Theory]
    [InlineData("erase-1")]
    [InlineData("A_b-9")]
    public void From_TextThatMayBeAnId_IsThatText(string text) => JobIds.From(text).Should().Be(text);

    [Theory]
    [InlineData("erase/customers: 1")]
    [InlineData("ümlaut")]
    [InlineData("erase_2")]
    public void From_AnyOtherText_IsAValidIdOfItsOwn(string text)
    {
        var id = JobIds.From(text);
        id.Should().MatchRegex("^[A-Za-z0-9_-]+$").And.NotBe(text);
        JobIds.From(text).Should().Be(id);
        JobIds.From(id).Should().Be(id, "an id stands for itself");
        JobIds.From($"{text}x").Should().NotBe(id);
    }

    [Fact]
    public void From_LongText_LeavesRoomForAttempts()
    {
        var id = JobIds.From(new string('a', 5000));
        JobIds.Attempt(id, int.MaxValue).Length.Should().BeLessThanOrEqualTo(1024);
        JobIds.From(new string('a', 5001)).Should().NotBe(id);
    }

    [Fact]
    public void Attempt_IsNoOtherTextsId()
    {
        JobIds.Attempt("erase", 1).Should().Be("erase");
        JobIds.Attempt("erase", 2).Should().Be("erase_2");
        JobIds.From("erase_2").Should().NotBe(JobIds.Attempt("erase", 2));
    }

    [Fact]
    public void Fresh_IsNewEachTime() =>
        JobIds.Fresh("count").Should().StartWith("count-").And.NotBe(JobIds.Fresh("count"));

    [Theory]
    [InlineData("Erasure.Batch", "erasure_batch")]
    [InlineData("Ä b", "__b")]
    [InlineData("a-b_9", "a-b_9")]
    public void Clean_IsALabel(string text, string label) => JobLabels.Clean(text).Should().Be(label);

    [Fact]
    public void Clean_LongText_IsCut() => JobLabels.Clean(new string('a', 100)).Should().HaveLength(63);

    [Fact]
    public void HashOf_StatementsThatDiffer_Differ()
    {
        var one = new BigQueryStatement("SELECT @p", [BigQueryParameter.Of("p", "a")]);
        JobLabels.HashOf(one).Should().Be(JobLabels.HashOf(one with { }));
        JobLabels.HashOf(one with { Text = "SELECT  @p" }).Should().NotBe(JobLabels.HashOf(one));
        JobLabels
            .HashOf(one with { Parameters = [BigQueryParameter.Of("p", "b")] })
            .Should()
            .NotBe(JobLabels.HashOf(one));
    }
}
