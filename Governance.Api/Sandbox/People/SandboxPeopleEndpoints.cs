using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Api.Sandbox.Generator;
using Governance.Masking.Kafka;

namespace Governance.Api.Sandbox.People;

/// <summary>Lists invented people, and sends their old events again. Sandbox only.</summary>
internal static class SandboxPeopleEndpoints
{
    private const int MaximumPeople = 100;

    public static void MapSandboxPeople(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapGet(
                "/sandbox/people",
                (SandboxPeople people, int? from, int? limit) =>
                    TypedResults.Ok(
                        new PeopleList(
                            people.HistoryHasLanded,
                            people.List(Math.Max(0, from ?? 0), Math.Clamp(limit ?? 5, 1, MaximumPeople))
                        )
                    )
            )
            .RequireRoles(Roles.Pipeline)
            .WithTags("Sandbox");
        endpoints
            .MapPost("/sandbox/people/{number:int}/replay", ReplayAsync)
            .Produces<Replayed>()
            .RequireRoles(Roles.Pipeline)
            .WithTags("Sandbox");
    }

    private static async Task<IResult> ReplayAsync(
        int number,
        SandboxPeople people,
        IKafkaEndpoint kafka,
        ISchemaRegistry registry,
        DemoSchemas schemas,
        CancellationToken cancellationToken
    )
    {
        if (people.EventsOf(number) is not { } events)
        {
            return Problem.From(
                Failure.NotFound("unknown_person", "Nobody has this number.", "GET /sandbox/people lists the numbers.")
            );
        }

        using var producer = await DemoProducer.OpenAsync(kafka, registry, schemas, cancellationToken);
        await producer.WriteAsync(events, cancellationToken);
        return TypedResults.Ok(new Replayed(events.Count));
    }

    private sealed record PeopleList(bool HistoryHasLanded, IReadOnlyList<SandboxPerson> People);

    private sealed record Replayed(int Events);
}
