using Governance.Api.Http;

namespace Governance.Tests.Http;

public sealed class ProblemTests
{
    [Fact]
    public void From_EveryKindOfFailure_HasAStatusOfItsOwn()
    {
        var statuses = Enum.GetValues<FailureKind>()
            .Select(kind => Problem.From(new Failure(kind, "some_code", "Detail.", "Next.", [])).Status);

        statuses.Should().Equal(400, 422, 404, 409, 403, 503, 429, 501, 410);
    }

    [Fact]
    public void From_AFailure_KeepsCodeDetailNextAndFaults()
    {
        var fault = new Fault("claims[0].domain", "unknown_domain", "Write a domain of the contracts.");

        var problem = Problem.From(Failure.Invalid("wrong_claim", "A claim is wrong.", "Mend it.", [fault]));

        problem.Type.Should().Be("urn:governance:problem:wrong_claim");
        problem.Detail.Should().Be("A claim is wrong.");
        problem.Next.Should().Be("Mend it.");
        problem.Faults.Should().Equal(fault);
    }

    [Theory]
    [InlineData(null, "$")]
    [InlineData("$", "$")]
    [InlineData("$.claims[12].value", "$.claims[12].value")]
    [InlineData("$.claims['john@example.org']", "$.claims")]
    [InlineData("$.reason.john@example.org", "$.reason")]
    [InlineData("$.JOHNSMITH", "$")]
    [InlineData("$.07700900123", "$")]
    public void SafePath_OfAJsonPath_StopsWhereAClientMayHaveWrittenAValue(string? path, string expected) =>
        ProblemOfBadRequest.SafePath(path).Should().Be(expected);
}
