using Governance.Masking.Keys;
using Governance.Tests.Support;

namespace Governance.Tests.Keys;

/// <summary>What a process does with a keys folder until it is killed.</summary>
internal static class KeysChild
{
    /// <summary>Holds the keyset, and never looks at its file again.</summary>
    public static async Task HoldAsync(string folder)
    {
        using var keys = await TenantKeys.LoadOrCreateAsync(folder, Kek(folder));
        await Child.SayAsync("holding");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Adds, promotes, retires and destroys.</summary>
    public static async Task RotateForEverAsync(string folder)
    {
        var rotation = new KeyRotation(folder, Kek(folder), [], TimeProvider.System);
        var act = new KeyAct(Force: true);
        var hasSaid = false;
        while (true)
        {
            var before = (await rotation.ListAsync(default)).Single(key => key.State == KeyState.Primary);
            var added = await rotation.AddAsync(act, default);
            await rotation.PromoteAsync(added.Id, act, default);
            await rotation.RetireAsync(before.Id, act, default);
            if ((await rotation.ListAsync(default)).Count > 8)
            {
                await rotation.DestroyAsync(before.Id, act, default);
            }

            if (!hasSaid)
            {
                // Not before it has done it once: the parent kills it soon.
                await Child.SayAsync("rotating");
                hasSaid = true;
            }
        }
    }

    private static LocalKeyFile Kek(string folder) => LocalKeyFile.LoadOrCreate(Path.Combine(folder, "kek.json"));
}
