using System.Buffers;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>A way to mask a value, picked by its stable name. One file each.</summary>
public interface IMaskingMethod
{
    /// <summary>The name in contracts, such as <c>seal</c>.</summary>
    string Name { get; }

    /// <summary>The names of the parameters that a rule can have, in the order in which to tell of them.</summary>
    IReadOnlyList<string> Parameters { get; }

    /// <summary>What the method keeps of a value.</summary>
    MethodTraits Traits { get; }

    /// <summary>What is wrong with a rule's parameters; each message says what to write instead. Empty when all is well.</summary>
    IEnumerable<string> Validate(MaskingRule rule, Column column);

    /// <summary>Makes the masker of one column, once per plan.</summary>
    /// <exception cref="MaskingRuleException">The value's type cannot hold the masked form.</exception>
    IValueMasker Compile(MaskingTarget target, TenantKeys keys);
}

/// <summary>What a masker is made for.</summary>
/// <param name="Rule">The contract's rule.</param>
/// <param name="Column">The column.</param>
/// <param name="Input">The plain value's type.</param>
/// <param name="SubjectDomain">Domain of the identifier under whose key values are sealed; empty where the record has no subject.</param>
public sealed record MaskingTarget(MaskingRule Rule, Column Column, ScalarType Input, string SubjectDomain);

/// <summary>Masks the values of one column. Safe for concurrent callers; allocates nothing per value.</summary>
public interface IValueMasker
{
    /// <summary>The masked value's type.</summary>
    ScalarType Output { get; }

    /// <summary>Whether <see cref="Mask(ReadOnlySpan{byte}, in ValueContext, IBufferWriter{byte})"/> wants the subject's key.</summary>
    bool NeedsSubjectKey { get; }

    /// <summary>Whether <see cref="Mask(ReadOnlySpan{byte}, in ValueContext, IBufferWriter{byte})"/> wants the names and identifiers of the same record.</summary>
    bool ReadsRecord => false;

    /// <summary>
    /// The key of all masked values, where they do not say it themselves and it must be known to turn them back; it belongs into the
    /// masked schema. <see langword="null"/> otherwise.
    /// </summary>
    uint? KeyId => null;

    /// <summary>Masks one value.</summary>
    /// <param name="plain">The value as UTF-8 text (see <see cref="ScalarType"/> for each type's text form).</param>
    /// <param name="context">The subject key and the record's known values, as far as they are wanted.</param>
    /// <param name="masked">Receives the masked value's UTF-8 text.</param>
    /// <exception cref="UnmaskableValueException">This value cannot be masked.</exception>
    void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked);

    /// <summary>
    /// Masks a column's values, all of them in order; one that cannot be masked is refused and stops no other. A method that is faster
    /// by the batch overrides this.
    /// </summary>
    void Mask(ValueColumn column)
    {
        for (var index = 0; index < column.Count; index++)
        {
            column.MaskOne(this, index);
        }
    }
}

/// <summary>A masking rule cannot be applied to a column. The message names path, method and what to change; never a value.</summary>
public sealed class MaskingRuleException(string message) : Exception(message);
