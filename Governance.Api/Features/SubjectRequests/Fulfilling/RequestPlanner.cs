using System.Security.Cryptography;
using System.Text;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Rectifying;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Fulfilling;

/// <summary>
/// Plans a request of any type. The person is found as for an erasure, and so are the tables; what is done to them is the type's.
/// </summary>
internal sealed class RequestPlanner(ErasurePlanner erasures)
{
    /// <summary>The ground of what portability leaves out.</summary>
    public const string NotProvided = "kept under a legal obligation, not by consent or contract (GDPR Art. 20(1)(a))";

    /// <summary>The ground of what a rectification leaves as it is.</summary>
    public const string NotNamed = "the request names no value of it";

    /// <summary>Makes the plan of one request.</summary>
    public async Task<Planning> PlanAsync(SubjectRequest request, Person person, CancellationToken cancellationToken) =>
        (await PlanAsync([request], [person], cancellationToken))[0];

    /// <summary>Makes the plans of several requests about one kind of person, together.</summary>
    /// <param name="requests">The requests.</param>
    /// <param name="people">Who made each, in the same order.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<IReadOnlyList<Planning>> PlanAsync(
        IReadOnlyList<SubjectRequest> requests,
        IReadOnlyList<Person> people,
        CancellationToken cancellationToken
    )
    {
        var plannings = await erasures.PlanAsync(requests[0].Subject, people, isEstimated: true, cancellationToken);
        return [.. requests.Zip(plannings, As)];
    }

    /// <summary>The hash that a plan made now would have, without looking at data; <see langword="null"/> where no plan could be made.</summary>
    public string? CurrentHash(SubjectRequest request) =>
        erasures.CurrentHash(request) is { } hash ? HashOf(request, hash) : null;

    private static Planning As(SubjectRequest request, Planning planning) =>
        request.Type == RequestTypes.Erasure || planning.Plan is not { } plan
            ? planning
            : planning with
            {
                Plan = plan with
                {
                    Hash = HashOf(request, plan.Hash),
                    Items =
                    [
                        .. plan.Items.Select(item =>
                            item.Action is ItemAction.Waive ? item : As(request, item, plan.Catalog)
                        ),
                        .. VaultCorrections.ItemOf(request, plan.Items.Count) is { } vault
                            ? [vault]
                            : Array.Empty<RequestItem>(),
                    ],
                },
            };

    // The erasure's hash is over contracts and tables; type and demand are the rest of what is approved.
    private static string HashOf(SubjectRequest request, string hash) =>
        request.Type == RequestTypes.Erasure
            ? hash
            : Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Type}\n{request.Demand?.Digest}\n{hash}"))
            );

    private static RequestItem As(SubjectRequest request, RequestItem item, ContractCatalog catalog)
    {
        var type = request.Type;
        var (action, ground) = item.Action switch
        {
            ItemAction.Shared => (ItemAction.LeaveOut, RequestItem.SharedGround),
            _ when type == RequestTypes.Rectification => request.Demand?.Corrected.Exists(place =>
                place.StartsWith($"{item.Dataset}.", StringComparison.Ordinal)
            ) == true
                ? (ItemAction.Correct, (string?)null)
                : (ItemAction.LeaveOut, NotNamed),
            _ when RequestTypes.IsLimit(type) => (ItemAction.Limit, null),
            _ when type == RequestTypes.Portability
                    && catalog.FindDataset(item.Dataset)?.OnErasure.Action is ErasureAction.Retain => (
                ItemAction.LeaveOut,
                NotProvided
            ),
            _ => (ItemAction.Collect, (string?)null),
        };
        return new RequestItem
        {
            RequestId = item.RequestId,
            Position = item.Position,
            Dataset = item.Dataset,
            ContractId = item.ContractId,
            Action = action,
            Columns = item.Columns,
            Ground = ground,
            EstimatedRows = item.EstimatedRows,
        };
    }
}
