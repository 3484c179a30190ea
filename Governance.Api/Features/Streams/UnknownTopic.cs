namespace Governance.Api.Features.Streams;

internal static class UnknownTopic
{
    public static Http.Failure Failure { get; } =
        Http.Failure.NotFound(
            "unknown_topic",
            "No contract in force names this topic.",
            "GET /streams lists the topics there are."
        );
}
