using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Masking.Vault;

namespace Governance.Masking.Revealing;

/// <summary>
/// The one way back from masked values to plain ones. Whoever calls it has decided that the actor may ask; every call is written to
/// the audit before its values are returned, and returns none where that fails. Safe for concurrent callers.
/// </summary>
/// <param name="contracts">The contracts in force.</param>
/// <param name="keys">The tenant's keys.</param>
/// <param name="identifiers">The tenant's identifiers.</param>
/// <param name="audit">Where it is written down.</param>
public sealed partial class Reveal(
    IContractCatalogSource contracts,
    TenantKeys keys,
    Identifiers identifiers,
    IRevealAudit audit
)
{
    private const int MaximumActor = 200;

    /// <summary>Reveals.</summary>
    /// <param name="request">Who wants to see what.</param>
    /// <param name="cancellationToken">Stops; nothing is revealed then.</param>
    /// <returns>An answer for each value, in the same order.</returns>
    /// <exception cref="RevealException">The request is refused; nothing was opened.</exception>
    /// <exception cref="VaultException">A vault row is not genuine.</exception>
    /// <exception cref="KeysUnavailableException">The keys may not be used at present; nothing was opened.</exception>
    public async ValueTask<IReadOnlyList<RevealedValue>> RevealAsync(
        RevealRequest request,
        CancellationToken cancellationToken = default
    )
    {
        Check(request);
        keys.CheckUsable();
        var (dataset, column, rule) = Find(request);
        var revealed =
            MaskingMethods.Get(rule, column) is SurrogateMethod
                ? await OpenSurrogatesAsync(request, column, cancellationToken)
                : await OpenAsync(request, dataset, column, rule, cancellationToken);

        // Not earlier: the audit says how many were opened. Not later: what it does not know, nobody sees.
        await audit.WriteAsync(
            new RevealFact(
                request.Actor,
                request.Purpose,
                dataset.Name,
                column.Path,
                rule.Method,
                request.Values.Count,
                revealed.Count(value => value.Fault is null)
            )
            {
                Values =
                [
                    .. request.Values.Zip(
                        revealed,
                        (masked, value) =>
                            new RevealFactValue(RevealFactValue.Of(dataset.Name, column.Path, masked.Text), value.Fault)
                    ),
                ],
                Grounds = request.Grounds,
            },
            cancellationToken
        );
        return revealed;
    }

    private static void Check(RevealRequest request)
    {
        if (!Purpose().IsMatch(request.Purpose))
        {
            throw Refused(
                RevealFaults.InvalidRequest,
                "Give a purpose that is a code, such as support.ticket-4711: lower-case letters, digits and . _ : / -, at most 100."
            );
        }

        if (string.IsNullOrWhiteSpace(request.Actor) || request.Actor.Length > MaximumActor)
        {
            throw Refused(
                RevealFaults.InvalidRequest,
                $"Name the actor: an account's id of at most {MaximumActor} characters."
            );
        }

        if (request.Values.Count is 0 or > RevealRequest.MaximumValues)
        {
            throw Refused(
                RevealFaults.InvalidRequest,
                $"Ask for at least one value, and at most {RevealRequest.MaximumValues} at once."
            );
        }
    }

    private (Dataset Dataset, Column Column, MaskingRule Rule) Find(RevealRequest request)
    {
        if (contracts.Current.FindDataset(request.Dataset) is not { } dataset)
        {
            throw Refused(RevealFaults.UnknownDataset, "No contract in force names this dataset.");
        }

        var column = dataset
            .AllColumns()
            .FirstOrDefault(column => string.Equals(column.Path, request.ColumnPath, StringComparison.Ordinal));
        return column switch
        {
            null => throw Refused(RevealFaults.UnknownColumn, $"Dataset {dataset.Name} has no such column."),
            { Masking: { } rule } => (dataset, column, Under(rule, request.KeyId)),
            _ => throw NotReversible(column),
        };
    }

    // Values of fpe do not name their key: the caller knows it from the schema that they were written with.
    private static MaskingRule Under(MaskingRule rule, uint? keyId) =>
        keyId is { } id && MaskingMethods.Find(rule.Method) is FpeMethod
            ? rule with
            {
                Parameters = rule.Parameters.SetItem(
                    "key",
                    id.ToString(System.Globalization.CultureInfo.InvariantCulture)
                ),
            }
            : rule;

    private async ValueTask<IReadOnlyList<RevealedValue>> OpenSurrogatesAsync(
        RevealRequest request,
        Column column,
        CancellationToken cancellationToken
    )
    {
        var surrogates = request.Values.Select(value =>
            Guid.TryParse(value.Text, out var surrogate) ? surrogate : (Guid?)null
        );
        Guid?[] parsed = [.. surrogates];
        var plain = await identifiers.RevealAsync(
            column.Identifier!,
            [.. parsed.OfType<Guid>().Distinct().Except(request.Limited)],
            cancellationToken
        );
        return
        [
            .. parsed.Select(surrogate =>
                surrogate is not { } known ? Fault(RevealFaults.NotGenuine)
                : request.Limited.Contains(known) ? Fault(RevealFaults.Limited)
                : plain.TryGetValue(known, out var bytes) ? Plain(bytes)
                : Fault(RevealFaults.UnknownSurrogate)
            ),
        ];
    }

    private async ValueTask<IReadOnlyList<RevealedValue>> OpenAsync(
        RevealRequest request,
        Dataset dataset,
        Column column,
        MaskingRule rule,
        CancellationToken cancellationToken
    )
    {
        var masker = Masker(dataset, column, rule);
        var subjects = masker.NeedsSubjectKey
            ? await identifiers.FindSubjectKeysAsync(
                dataset.SealingDomain(rule),
                [.. request.Values.Select(value => value.Subject).OfType<Guid>().Distinct().Except(request.Limited)],
                cancellationToken
            )
            : new Dictionary<Guid, SubjectKey>();
        var plain = new ArrayBufferWriter<byte>();
        var revealed = new List<RevealedValue>(request.Values.Count);
        foreach (var value in request.Values)
        {
            if (value.Subject is { } whose && request.Limited.Contains(whose))
            {
                revealed.Add(Fault(RevealFaults.Limited));
                continue;
            }

            SubjectKey? key = null;
            if (masker.NeedsSubjectKey)
            {
                if (value.Subject is not { } subject)
                {
                    revealed.Add(Fault(RevealFaults.MissingSubject));
                    continue;
                }

                if (!subjects.TryGetValue(subject, out key))
                {
                    revealed.Add(Fault(RevealFaults.UnknownSurrogate));
                    continue;
                }
            }

            plain.ResetWrittenCount();
            revealed.Add(
                masker.TryReveal(Encoding.UTF8.GetBytes(value.Text), new ValueContext(key, []), plain)
                    ? Plain(plain.WrittenSpan)
                    : Fault(RevealFaults.NotGenuine)
            );
        }

        plain.Clear();
        return revealed;
    }

    private IReversibleMasker Masker(Dataset dataset, Column column, MaskingRule rule)
    {
        var method = MaskingMethods.Get(rule, column);
        if (method is IDropsColumn)
        {
            throw NotReversible(column);
        }

        var target = new MaskingTarget(rule, column, ColumnTypes.Of(column), dataset.SealingDomain(rule));
        try
        {
            return method.Compile(target, keys) as IReversibleMasker ?? throw NotReversible(column);
        }
        catch (MaskingRuleException exception)
        {
            // Such as a key that is not in the keyset any more.
            throw Refused(RevealFaults.InvalidRequest, exception.Message);
        }
    }

    private static RevealedValue Plain(ReadOnlySpan<byte> utf8) => new(Encoding.UTF8.GetString(utf8), null);

    private static RevealedValue Fault(string code) => new(null, code);

    private static RevealException Refused(string code, string message) => new(code, message);

    private static RevealException NotReversible(Column column) =>
        Refused(
            RevealFaults.NotReversible,
            $"Values of {column.Path} cannot be turned back: {column.Masking?.Method ?? "no method"} keeps no way to. Ask for a column that surrogate, token, seal or fpe masks."
        );

    [GeneratedRegex("^[a-z0-9][a-z0-9._:/-]{0,99}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Purpose();
}
