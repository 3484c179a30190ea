using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;

namespace Governance.Masking.Columns;

/// <summary>Collects the treatments of a dataset's columns while a plan is compiled.</summary>
internal sealed class BatchLayoutBuilder(Dataset dataset, TenantKeys keys)
{
    private readonly List<ColumnTreatment> _treatments = [];
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly bool _readsRecords = dataset
        .AllColumns()
        .Any(column => column.Masking is { Method: ScrubbingMethod });

    // Known here by its name: a record must be gathered for it before its column is met.
    private const string ScrubbingMethod = "scrub";

    /// <summary>The method of a column, or <see langword="null"/> where the contract states none.</summary>
    /// <exception cref="MaskingRuleException">There is no such method.</exception>
    public static IMaskingMethod? Method(Column column) =>
        column.Masking is { } rule ? MaskingMethods.Get(rule, column) : null;

    /// <summary>The treatment of a column that is masked.</summary>
    /// <param name="column">The column.</param>
    /// <param name="input">The plain values' type.</param>
    /// <param name="repeated">Whether a record can hold several: below an array or a map.</param>
    /// <exception cref="MaskingRuleException">The rule does not fit.</exception>
    public ColumnTreatment Masked(Column column, ScalarType input, bool repeated)
    {
        var rule = column.Masking!;
        var sealing = dataset.SealingPath(rule);
        var domain = dataset.SealingDomain(rule);
        var masker = Method(column)!.Compile(new MaskingTarget(rule, column, input, domain), keys);
        if (!masker.NeedsSubjectKey)
        {
            return Add(column, masker, subjectSlot: -1, repeated);
        }

        if (domain.Length == 0 || sealing is null)
        {
            throw new MaskingRuleException(
                $"{column.Path} is to be sealed, but dataset {dataset.Name} names no subject: state a subject, or under: <identifier column>"
            );
        }

        return Add(column, masker, Slot(sealing), repeated);
    }

    /// <summary>
    /// The treatment of a column whose values stay plain or are dropped, where the record's free text must not repeat them;
    /// else <see langword="null"/>.
    /// </summary>
    public ColumnTreatment? Known(Column column, bool repeated) =>
        _readsRecords && IsNameOrIdentifier(column) ? Add(column, masker: null, subjectSlot: -1, repeated) : null;

    public BatchLayout Build() => new([.. _treatments], _slots.Count);

    private ColumnTreatment Add(Column column, IValueMasker? masker, int subjectSlot, bool repeated)
    {
        var identifier =
            masker is not null && column is { Identifier: { } domain, Link: { } link }
                ? new IdentifierUse(column.Path, domain, link, repeated ? -1 : Slot(column.Path))
                : null;
        var treatment = new ColumnTreatment(
            _treatments.Count,
            column.Path,
            column.PrivacyCategory ?? "",
            masker,
            identifier,
            subjectSlot,
            _readsRecords && IsNameOrIdentifier(column) && masker is not { ReadsRecord: true }
        );
        _treatments.Add(treatment);
        return treatment;
    }

    private int Slot(string path) => _slots.TryGetValue(path, out var slot) ? slot : _slots[path] = _slots.Count;

    // Of what a record says of a person, these point at her wherever they stand; a tariff or a gender in a sentence does not.
    private static bool IsNameOrIdentifier(Column column) =>
        column.Identifier is not null
        || (
            column.PrivacyCategory is { } category
            && (
                IsOrBelow(category, "user.name")
                || IsOrBelow(category, "user.contact")
                || IsOrBelow(category, "user.unique_id")
                || IsOrBelow(category, "user.government_id")
                || IsOrBelow(category, "user.account")
                || IsOrBelow(category, "user.financial.bank_account")
            )
        );

    private static bool IsOrBelow(string category, string parent) =>
        category.StartsWith(parent, StringComparison.Ordinal)
        && (category.Length == parent.Length || category[parent.Length] == '.');
}
