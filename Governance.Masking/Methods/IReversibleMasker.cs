using System.Buffers;
using Governance.Masking.Columns;

namespace Governance.Masking.Methods;

/// <summary>A masker whose work can be undone by whoever holds the key.</summary>
internal interface IReversibleMasker : IValueMasker
{
    /// <summary>Turns a masked value back. Need not be fast.</summary>
    /// <param name="masked">The masked value as UTF-8 text.</param>
    /// <param name="context">The subject key, where <see cref="IValueMasker.NeedsSubjectKey"/>.</param>
    /// <param name="plain">Receives the plain value, as far as masking kept it (a token gives the normalized value).</param>
    /// <returns>
    /// <see langword="false"/> where this masker cannot have made it: altered, of another column or key, or its key was retired.
    /// Nothing is written then.
    /// </returns>
    bool TryReveal(ReadOnlySpan<byte> masked, in ValueContext context, IBufferWriter<byte> plain);
}
