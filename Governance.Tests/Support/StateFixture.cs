using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Support;

/// <summary>A state of its own in a folder of its own, gone at the end.</summary>
internal sealed class StateFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private StateFixture(string folder)
    {
        Folder = folder;
        _services = new ServiceCollection().AddStateStorage(_ => folder).BuildServiceProvider();
    }

    public string Folder { get; }

    public string Path => StateFile.In(Folder);

    public IStateStore Store => _services.GetRequiredService<IStateStore>();

    public IDbContextFactory<StateDbContext> Contexts =>
        _services.GetRequiredService<IDbContextFactory<StateDbContext>>();

    public static async Task<StateFixture> CreateAsync()
    {
        var state = new StateFixture(Directory.CreateTempSubdirectory("governance-state-").FullName);
        await state.PrepareAsync();
        return state;
    }

    public Task PrepareAsync() => _services.GetRequiredService<StateDatabase>().PrepareAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
