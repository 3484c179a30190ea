namespace Governance.Tests.Support;

/// <summary>A folder of Node.js scripts with a lock file, whose packages are installed at first use, beside the tests.</summary>
internal sealed class NodeFolder
{
    private readonly Lazy<Task> _packages;
    private readonly string[] _unneeded;

    /// <summary>Names the folder; nothing is installed yet.</summary>
    /// <param name="path">The folder, below the tests' own.</param>
    /// <param name="unneeded">Files of its packages that are removed after the installation, since they are large and for other machines.</param>
    public NodeFolder(string[] path, params string[] unneeded)
    {
        Path = System.IO.Path.Combine([AppContext.BaseDirectory, .. path]);
        _unneeded = unneeded;
        _packages = new Lazy<Task>(InstallAsync);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Installs its packages, once. The test is skipped where there is no Node.js.</summary>
    public Task ReadyAsync()
    {
        Tool.SkipWithout("node", "nodejs");
        Tool.SkipWithout("npm", "npm");
        return _packages.Value;
    }

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">Its file name.</param>
    /// <param name="input">What it reads from standard input.</param>
    /// <returns>What it wrote to standard output.</returns>
    public async Task<string> RunAsync(string script, string? input = null)
    {
        await ReadyAsync();
        var result = await Tool.RunAsync("node", [System.IO.Path.Combine(Path, script)], input, Path);
        return result.Succeeded();
    }

    private async Task InstallAsync()
    {
        // A copy of the lock file beside what was installed from it.
        var wanted = System.IO.Path.Combine(Path, "package-lock.json");
        var installed = System.IO.Path.Combine(Path, "node_modules", ".installed.json");
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == await File.ReadAllTextAsync(wanted))
        {
            return;
        }

        var result = await Tool.RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], null, Path);
        result.Succeeded();
        foreach (var file in _unneeded)
        {
            File.Delete(System.IO.Path.Combine(Path, "node_modules", file));
        }

        File.Copy(wanted, installed, overwrite: true);
    }
}
