using System.Net;
using Google;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Requests;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery.Rest;

namespace Governance.Tests.Warehouse.BigQuery;

public sealed class BigQueryErrorsTests
{
    private const string Secret = "marker-7f31c2";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(404, "notFound", RefusalKind.Gone, false)]
    [InlineData(403, "accessDenied", RefusalKind.Denied, false)]
    [InlineData(401, "authError", RefusalKind.Denied, false)]
    [InlineData(403, "billingNotEnabled", RefusalKind.Denied, false)]
    [InlineData(403, "rateLimitExceeded", RefusalKind.Busy, true)]
    [InlineData(403, "jobRateLimitExceeded", RefusalKind.Busy, true)]
    [InlineData(403, "quotaExceeded", RefusalKind.Busy, false)]
    [InlineData(400, "resourcesExceeded", RefusalKind.Busy, false)]
    [InlineData(503, "backendError", RefusalKind.Away, true)]
    [InlineData(500, "internalError", RefusalKind.Away, true)]
    [InlineData(502, "badGateway", RefusalKind.Away, true)]
    [InlineData(null, "jobBackendError", RefusalKind.Away, true)]
    [InlineData(null, "jobInternalError", RefusalKind.Away, true)]
    [InlineData(null, "stopped", RefusalKind.Away, false)]
    [InlineData(400, "bytesBilledLimitExceeded", RefusalKind.TooCostly, false)]
    [InlineData(412, "conditionNotMet", RefusalKind.Changed, false)]
    [InlineData(409, "aborted", RefusalKind.Changed, false)]
    [InlineData(409, "duplicate", RefusalKind.Changed, false)]
    [InlineData(400, "invalid", RefusalKind.Invalid, false)]
    [InlineData(400, "invalidQuery", RefusalKind.Invalid, false)]
    [InlineData(400, "somethingNew", RefusalKind.Invalid, false)]
    [InlineData(503, null, RefusalKind.Away, true)]
    [InlineData(502, null, RefusalKind.Away, true)]
    [InlineData(429, null, RefusalKind.Busy, true)]
    [InlineData(404, null, RefusalKind.Gone, false)]
    [InlineData(403, null, RefusalKind.Denied, false)]
    [InlineData(412, null, RefusalKind.Changed, false)]
    public void Of_ReasonAndStatus_SayWhatToDo(int? status, string? reason, RefusalKind kind, bool retry)
    {
        var refusal = BigQueryErrors.Of(status, reason, $"Bad int64 value: {Secret}", "job j-1", Now);
        refusal.Kind.Should().Be(kind);
        BigQueryErrors.IsRetryable(status, reason).Should().Be(retry);
        refusal.Code.Should().MatchRegex("^[a-z_]+$");
        refusal.Message.Should().Contain("job j-1").And.NotContain(Secret);
    }

    [Theory]
    [InlineData(
        "UPDATE or DELETE statement over table t would affect rows in the streaming buffer",
        "streaming_buffer"
    )]
    [InlineData("Resources exceeded: Too many DML statements outstanding against table t, limit is 20.", "queue_full")]
    [InlineData("Exceeded rate limits: too many table dml insert operations for this table", "queue_full")]
    [InlineData("Could not serialize access to table t due to concurrent update", "concurrent_change")]
    [InlineData("Transaction is aborted due to concurrent update against table t", "concurrent_change")]
    public void Of_WordsThatTellErrorsApart_AreReadAndNotPassedOn(string message, string code)
    {
        var refusal = BigQueryErrors.Of(400, "invalidQuery", $"{message} {Secret}", "job j-1", Now);
        refusal.Code.Should().Be(code);
        refusal.IsTransient.Should().BeTrue();
        refusal.Message.Should().NotContain(Secret).And.NotContain(message);
    }

    [Fact]
    public void Of_PositionInTheStatement_IsKept() =>
        BigQueryErrors
            .Of(400, "invalidQuery", $"Could not cast literal \"{Secret}\" to type DATE at [3:17]", "job j-1", Now)
            .Message.Should()
            .Contain("line 3, column 17")
            .And.NotContain(Secret);

    [Fact]
    public void Of_ReasonThatIsNoWord_IsNotRepeated() =>
        BigQueryErrors.Of(400, $"value {Secret}", null, "job j-1", Now).Message.Should().NotContain(Secret);

    [Fact]
    public void Read_AnswerThatIsNotBigQuerys_IsNotQuoted()
    {
        var (refusal, retry) = BigQueryErrors.Read(
            new GoogleApiException("bigquery", $"Failed to parse response from server as json [{Secret}]"),
            null,
            "table t",
            Now
        );
        (refusal.Kind, refusal.Code, retry).Should().Be((RefusalKind.Away, "unreadable_answer", false));
        refusal.Message.Should().NotContain(Secret);
    }

    [Fact]
    public void Read_ErrorWithoutReasons_GoesByItsStatus()
    {
        var error = new GoogleApiException("bigquery")
        {
            Error = new RequestError { Message = Secret, Code = 502 },
            HttpStatusCode = HttpStatusCode.BadGateway,
        };
        var (refusal, retry) = BigQueryErrors.Read(error, 502, "table t", Now);
        (refusal.Kind, retry).Should().Be((RefusalKind.Away, true));
        refusal.Message.Should().NotContain(Secret);
    }

    [Fact]
    public void Read_NoToken_IsDeniedUnlessTheTokenServiceIsAway()
    {
        var denied = new TokenResponseException(
            new TokenErrorResponse { Error = "invalid_grant", ErrorDescription = Secret },
            HttpStatusCode.BadRequest
        );
        var (refusal, retry) = BigQueryErrors.Read(denied, null, "table t", Now);
        (refusal.Kind, refusal.Code, retry).Should().Be((RefusalKind.Denied, "credentials", false));
        refusal.Message.Should().Contain("invalid_grant").And.NotContain(Secret);

        var away = new TokenResponseException(new TokenErrorResponse { Error = Secret }, HttpStatusCode.BadGateway);
        BigQueryErrors.Read(away, null, "table t", Now).Retry.Should().BeTrue();
    }

    [Fact]
    public void LeavesBuffer_IsNinetyMinutesAfterTheOldestRow_AndNeverInThePast()
    {
        var arrived = (Now - TimeSpan.FromMinutes(20)).ToUnixTimeMilliseconds();
        BigQueryErrors.LeavesBuffer(arrived, Now).Should().Be(Now + TimeSpan.FromMinutes(70));
        BigQueryErrors.LeavesBuffer(null, Now).Should().Be(Now + TimeSpan.FromMinutes(30));
        var old = (Now - TimeSpan.FromHours(5)).ToUnixTimeMilliseconds();
        BigQueryErrors.LeavesBuffer(old, Now).Should().Be(Now + TimeSpan.FromMinutes(30));
    }
}
