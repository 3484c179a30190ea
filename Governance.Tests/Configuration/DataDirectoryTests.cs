using Governance.Api.Configuration;
using Governance.Masking;
using Governance.Tests.Support;
using Microsoft.Extensions.Options;

namespace Governance.Tests.Configuration;

public sealed class DataDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Open_ANewFolder_IsTheOwnersAlone()
    {
        using var directory = Open("new");

        File.GetUnixFileMode(directory.Root).Should().Be(OwnerOnly);
        File.GetUnixFileMode(directory.Keys).Should().Be(OwnerOnly);
        File.GetUnixFileMode(directory.Folder("warehouse")).Should().Be(OwnerOnly);
    }

    [Fact]
    public void Open_AFolderOfItsOwnThatWasOpened_ClosesIt()
    {
        Open("own").Dispose();
        File.SetUnixFileMode(Path.Combine(_folder.Path, "own"), OwnerOnly | UnixFileMode.OtherRead);

        using var directory = Open("own");

        File.GetUnixFileMode(directory.Root).Should().Be(OwnerOnly);
    }

    [Fact]
    public void Open_AFolderOfOthers_IsRefusedAndLeftAsItIs()
    {
        var path = Directory.CreateDirectory(Path.Combine(_folder.Path, "others")).FullName;
        File.WriteAllText(Path.Combine(path, "letter.txt"), "");
        const UnixFileMode mode = OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(path, mode);

        FluentActions
            .Invoking(() => Open("others"))
            .Should()
            .Throw<StartupException>()
            .WithMessage("*holds files of others*");

        File.GetUnixFileMode(path).Should().Be(mode);
    }

    [Fact]
    public void Open_WhileAnotherHoldsIt_IsRefusedUntilItIsClosed()
    {
        var first = Open("held");

        FluentActions.Invoking(() => Open("held")).Should().Throw<StartupException>().WithMessage("Another process*");
        first.Dispose();
        Open("held").Dispose();
    }

    [Fact]
    public void Open_WhereAFileStands_IsRefused()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "file"), "");

        FluentActions
            .Invoking(() => Open("file"))
            .Should()
            .Throw<StartupException>()
            .WithMessage("*cannot be written*");
    }

    public void Dispose() => _folder.Dispose();

    private DataDirectory Open(string name) =>
        new(Options.Create(new GovernanceOptions { DataDirectory = Path.Combine(_folder.Path, name) }));
}
