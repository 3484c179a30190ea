namespace Governance.Api.Configuration;

/// <summary>One line of "what runs where", printed when the service has started.</summary>
internal interface IStartupNote
{
    /// <summary>The part, such as <c>broker</c>.</summary>
    string Part { get; }

    /// <summary>Where it is: an address or a path. Read after the start.</summary>
    string Where { get; }
}

internal static class StartupNoteRegistration
{
    /// <summary>Adds a note about a part; <paramref name="where"/> is asked after the start.</summary>
    public static IServiceCollection AddStartupNote<TPart>(
        this IServiceCollection services,
        string part,
        Func<TPart, string> where
    )
        where TPart : notnull =>
        services.AddSingleton<IStartupNote>(provider => new StartupNote<TPart>(part, provider, where));

    private sealed class StartupNote<TPart>(string part, IServiceProvider services, Func<TPart, string> where)
        : IStartupNote
        where TPart : notnull
    {
        public string Part => part;

        public string Where => where(services.GetRequiredService<TPart>());
    }
}
