using Governance.Policies.Rego;
using Governance.Policies.Rego.Values;

namespace Governance.Api.Commands;

/// <summary>Policies on disk: modules, and data beside them.</summary>
internal static class PolicyFiles
{
    /// <summary>Loads a folder, or single files.</summary>
    /// <exception cref="MisuseException">A file is not there, or is no JSON.</exception>
    /// <exception cref="PolicyLoadException">The policies are at fault.</exception>
    public static PolicyBundle Load(params IReadOnlyList<string> paths)
    {
        try
        {
            return PolicyFolder.Load(paths);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MisuseException($"The policies cannot be read: {exception.Message}");
        }
    }

    /// <summary>Reads a JSON file.</summary>
    /// <exception cref="MisuseException">It is not there, or is no JSON.</exception>
    public static RegoValue ReadJson(string file)
    {
        try
        {
            return RegoValue.FromJson(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or RegoJsonException)
        {
            throw new MisuseException($"{file}: {exception.Message}");
        }
    }
}
