namespace Governance.Tests.Support;

/// <summary>Runs scripts of <c>EndToEnd/node</c> with the packages of its lock file; these are installed at first use.</summary>
internal static class NodeTool
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "EndToEnd", "node");
    private static readonly Lazy<Task> Packages = new(InstallAsync);

    /// <summary>Runs a script. The test is skipped where there is no Node.js.</summary>
    /// <param name="script">Its file name.</param>
    /// <param name="input">What it reads from standard input.</param>
    /// <returns>What it wrote to standard output.</returns>
    public static async Task<string> RunAsync(string script, string input)
    {
        Tool.SkipWithout("node", "nodejs");
        Tool.SkipWithout("npm", "npm");
        await Packages.Value;
        var result = await Tool.RunAsync("node", [Path.Combine(Folder, script)], input, Folder);
        return result.Succeeded();
    }

    private static async Task InstallAsync()
    {
        // A copy of the lock file beside what was installed from it.
        var wanted = Path.Combine(Folder, "package-lock.json");
        var installed = Path.Combine(Folder, "node_modules", ".installed.json");
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == await File.ReadAllTextAsync(wanted))
        {
            return;
        }

        var result = await Tool.RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], null, Folder);
        result.Succeeded();
        File.Copy(wanted, installed, overwrite: true);
    }
}
