namespace Governance.Tests.Support;

/// <summary>Runs scripts of <c>EndToEnd/node</c> with the packages of its lock file; these are installed at first use.</summary>
internal static class NodeTool
{
    private static readonly NodeFolder Folder = new(["EndToEnd", "node"]);

    /// <summary>Runs a script. The test is skipped where there is no Node.js.</summary>
    /// <param name="script">Its file name.</param>
    /// <param name="input">What it reads from standard input.</param>
    /// <returns>What it wrote to standard output.</returns>
    public static Task<string> RunAsync(string script, string input) => Folder.RunAsync(script, input);
}
