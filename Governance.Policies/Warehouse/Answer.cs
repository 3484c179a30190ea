using System.Diagnostics.CodeAnalysis;

namespace Governance.Policies.Warehouse;

/// <summary>What came of a call that a warehouse may refuse in its everyday course: a value, or a refusal.</summary>
public sealed class Answer<T>
{
    private readonly T? _value;

    private Answer(T? value, Refusal? refusal)
    {
        _value = value;
        Refusal = refusal;
    }

    /// <summary>Why it was refused; <see langword="null"/> where it was not.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The value.</summary>
    /// <exception cref="WarehouseException">It was refused.</exception>
    public T Value => Refusal is null ? _value! : throw new WarehouseException(Refusal);

    /// <summary>It was done.</summary>
    public static implicit operator Answer<T>(T value) => new(value, null);

    /// <summary>It was refused.</summary>
    public static implicit operator Answer<T>(Refusal refusal) => new(default, refusal);

    /// <summary>The value, where there is one.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return Refusal is null;
    }
}
