using HomeCloud.Lab.Processes;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Install;

/// <summary>install/publish as docs/install.md says, for both processors, and what it made installed into an empty root. Compiles everything ahead: minutes.</summary>
[Trait("Category", "Long")]
public sealed class PublishScenario(ITestOutputHelper output) : IDisposable
{
    private const int MachineOffset = 18; // e_machine of an ELF header
    private readonly string _root = Directory.CreateTempSubdirectory("homecloud-root-").FullName;
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-publish-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_root, recursive: true);
    }

    [Theory(Timeout = 1_500_000)]
    [InlineData("linux-x64", 62)]
    [InlineData("linux-arm64", 183)]
    public async Task Publishes_compiled_ahead_for_each_processor(string rid, int machine)
    {
        var made = await Publishing.RunAsync(rid, _folder);
        output.WriteLine($"{rid}: {made.Elapsed.TotalSeconds:0} s, {Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) >> 20} MB");

        foreach (var program in new[] { "homecloud", "homecloud-agent", "homecloud-dns" })
            BitConverter.ToUInt16(File.ReadAllBytes(Path.Combine(_folder, program)), MachineOffset).Should().Be((ushort)machine);
        if (rid != "linux-x64" || !Environment.Is64BitProcess || System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
            return;

        // Without the runtime of this machine: the folder has all it needs.
        string[] clean = ["env", "-i", "PATH=/usr/bin:/bin"];
        (await Command.RunAsync([.. clean, Path.Combine(_folder, "homecloud-dns"), "--help"])).OrFail().Output.Should().Contain("--listen");
        var install = (await Command.RunAsync([.. clean, Path.Combine(_folder, "homecloud"), "install", "--yes", "--root", _root])).OrFail();
        install.Output.Should().StartWith("This will:").And.Contain("Done.");
        (await Command.RunAsync([.. clean, Path.Combine(_root, "opt/homecloud/homecloud"), "version"])).OrFail();
        File.Exists(Path.Combine(_root, "etc/systemd/system/homecloud-agent.service")).Should().BeTrue();
        File.Exists(Path.Combine(_root, "opt/homecloud/docs/install.md")).Should().BeTrue("the units' Documentation= names it");
        (await Command.RunAsync([.. clean, Path.Combine(_root, "opt/homecloud/homecloud"), "uninstall", "--purge", "--yes", "--root", _root])).OrFail();
        Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Should().BeEmpty();
    }
}
