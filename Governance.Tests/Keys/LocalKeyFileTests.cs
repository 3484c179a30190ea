using Governance.Masking.Keys;
using Governance.Tests.Support;

namespace Governance.Tests.Keys;

public sealed class LocalKeyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("keys/kek.json");

    [Fact]
    public void LoadOrCreate_NoFile_MakesOneForItsOwnerAlone()
    {
        _ = LocalKeyFile.LoadOrCreate(Path);
        Mode(Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Mode(_folder.File("keys"))
            .Should()
            .Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFiles(_folder.File("keys")).Should().ContainSingle("no temporary file stays");
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    public void LoadOrCreate_OthersCanReachTheFile_RefusesAndSaysHowToMendIt(UnixFileMode added)
    {
        _ = LocalKeyFile.LoadOrCreate(Path);
        SetMode(Path, Mode(Path) | added);
        var load = () => LocalKeyFile.LoadOrCreate(Path);
        load.Should().Throw<KeyMaterialException>().WithMessage($"*chmod 600 {Path}*");
    }

    [Fact]
    public void LoadOrCreate_SymbolicLink_Refuses()
    {
        _ = LocalKeyFile.LoadOrCreate(Path);
        _ = File.CreateSymbolicLink(_folder.File("link.json"), Path);
        var load = () => LocalKeyFile.LoadOrCreate(_folder.File("link.json"));
        load.Should().Throw<KeyMaterialException>().WithMessage("*symbolic link*");
    }

    [Fact]
    public void LoadOrCreate_DanglingLink_Refuses()
    {
        _ = File.CreateSymbolicLink(_folder.File("link.json"), _folder.File("nowhere.json"));
        var load = () => LocalKeyFile.LoadOrCreate(_folder.File("link.json"));
        load.Should().Throw<KeyMaterialException>().WithMessage("*symbolic link*");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not json at all")]
    [InlineData("""{"primaryKeyId":1,"key":[]}""")]
    [InlineData("""{"primaryKeyId":1,"key":[{"keyData":{"typeUrl":"x","value":"!"},"keyId":1}]}""")]
    public void LoadOrCreate_Malformed_RefusesAndKeepsTheFile(string content)
    {
        _ = LocalKeyFile.LoadOrCreate(Path);
        File.WriteAllText(Path, content);
        var load = () => LocalKeyFile.LoadOrCreate(Path);
        load.Should().Throw<KeyMaterialException>().WithMessage("*Restore it from its backup*");
        File.ReadAllText(Path).Should().Be(content);
    }

    [Fact]
    public async Task DecryptAsync_WhatWasEncryptedBefore_OpensAfterReload()
    {
        var sealedBytes = await LocalKeyFile
            .LoadOrCreate(Path)
            .EncryptAsync("plain"u8.ToArray(), "tenant"u8.ToArray(), default);
        var opened = await LocalKeyFile.LoadOrCreate(Path).DecryptAsync(sealedBytes, "tenant"u8.ToArray(), default);
        opened.Should().Equal("plain"u8.ToArray());
    }

    [Fact]
    public async Task DecryptAsync_OtherTenantOrAltered_Refuses()
    {
        var kek = LocalKeyFile.LoadOrCreate(Path);
        var sealedBytes = await kek.EncryptAsync("plain"u8.ToArray(), "a"u8.ToArray(), default);
        await Refuses(kek, sealedBytes, "b"u8.ToArray());
        sealedBytes[^1] ^= 1;
        await Refuses(kek, sealedBytes, "a"u8.ToArray());
        await Refuses(kek, [], "a"u8.ToArray());
    }

    [Fact]
    public async Task LoadOrCreate_ManyAtOnce_AllHoldTheSameKey()
    {
        var keys = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => LocalKeyFile.LoadOrCreate(Path)))
        );
        var sealedBytes = await keys[0].EncryptAsync("plain"u8.ToArray(), default, default);
        foreach (var key in keys)
        {
            (await key.DecryptAsync(sealedBytes, default, default)).Should().Equal("plain"u8.ToArray());
        }
    }

    public void Dispose() => _folder.Dispose();

    private static async Task Refuses(LocalKeyFile kek, byte[] ciphertext, byte[] associatedData)
    {
        var decrypt = async () => await kek.DecryptAsync(ciphertext, associatedData, default);
        await decrypt.Should().ThrowAsync<KeyMaterialException>();
    }

    private static UnixFileMode Mode(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are POSIX.");
        return OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
