using System.Diagnostics.CodeAnalysis;

namespace Governance.Api.Http;

/// <summary>What every result type can be made of: lets the pipeline answer in a handler's place.</summary>
internal interface IResultOf<out TSelf>
{
    /// <summary>The failure, or <see langword="null"/>.</summary>
    Failure? Failure { get; }

    static abstract TSelf Fail(Failure failure);
}

/// <summary>Success without a value, or an expected failure.</summary>
internal sealed class Result : IResultOf<Result>
{
    private Result(Failure? failure) => Failure = failure;

    /// <summary>Success.</summary>
    public static Result Ok { get; } = new(null);

    /// <inheritdoc/>
    public Failure? Failure { get; }

    public static Result Fail(Failure failure) => new(failure);

    public static implicit operator Result(Failure failure) => Fail(failure);

    /// <summary>The HTTP answer: <paramref name="ok"/>, else 204; or the failure's problem.</summary>
    public IResult ToHttp(Func<IResult>? ok = null) =>
        Failure is { } failure ? Problem.From(failure) : ok?.Invoke() ?? TypedResults.NoContent();
}

/// <summary>A value, or an expected failure.</summary>
internal sealed class Result<T> : IResultOf<Result<T>>
{
    private readonly T? _value;

    private Result(T? value, Failure? failure)
    {
        _value = value;
        Failure = failure;
    }

    /// <inheritdoc/>
    public Failure? Failure { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsOk => Failure is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">It is a failure.</exception>
    public T Value => Failure is null ? _value! : throw new InvalidOperationException("A failure has no value.");

    /// <summary>Success; for interfaces, which have no implicit conversion.</summary>
    public static Result<T> Ok(T value) => new(value, null);

    public static Result<T> Fail(Failure failure) => new(default, failure);

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Failure failure) => Fail(failure);

    /// <summary>The HTTP answer: <paramref name="ok"/> of the value, else 200 with it; or the failure's problem.</summary>
    public IResult ToHttp(Func<T, IResult>? ok = null) =>
        Failure is { } failure ? Problem.From(failure)
        : ok is null ? TypedResults.Ok(_value)
        : ok(_value!);
}
