using System.Runtime.CompilerServices;
using System.Text.Json;
using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Api.Features.SubjectRequests.Report;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Api.Storage;
using MediatR;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Governance.Api.Features.SubjectRequests.Evidence;

/// <summary>Reads requests one by one, through the same use cases that the API answers with.</summary>
internal sealed class SubjectRequestEvidence(
    IStateStore state,
    IServiceScopeFactory scopes,
    LegalClock clock,
    IOptions<JsonOptions> json
) : ISubjectRequestEvidence
{
    private readonly JsonSerializerOptions _json = new(json.Value.SerializerOptions) { WriteIndented = true };

    public (DateTimeOffset Start, DateTimeOffset End) Bounds(DateOnly from, DateOnly to) =>
        (clock.StartOf(LocalDate.FromDateOnly(from)), clock.StartOf(LocalDate.FromDateOnly(to).PlusDays(1)));

    public async IAsyncEnumerable<EvidencedRequest> ReadAsync(
        DateOnly from,
        DateOnly to,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (start, end) = Bounds(from, to);
        var ids = await state.ReadAsync(
            db =>
                db.Set<SubjectRequest>()
                    .Where(one =>
                        (one.ReceivedAt >= start && one.ReceivedAt < end)
                        || (one.EndedAt != null && one.EndedAt >= start && one.EndedAt < end)
                    )
                    .OrderBy(one => one.ReceivedAt)
                    .ThenBy(one => one.Id)
                    .Select(one => one.Id)
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        foreach (var id in ids)
        {
            var view = await SendAsync(new GetQuery(id), cancellationToken);
            yield return new EvidencedRequest(
                id,
                view.Type,
                view.State,
                view.ReceivedAt,
                view.Clocks.Legal.EndedAt,
                Write(view)
            );
        }
    }

    public async Task<byte[]> ReportAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        Write(await SendAsync(new ReportQuery(from, to), cancellationToken));

    private byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, _json);

    private async Task<T> SendAsync<T>(IRequest<Result<T>> query, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var answer = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(query, cancellationToken);
        return answer.IsOk
            ? answer.Value
            : throw new InvalidOperationException($"The evidence cannot be read: {answer.Failure.Code}.");
    }
}
