using System.Runtime.CompilerServices;
using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

/// <summary>
/// The default server as it is shipped: built by the agent from the Dockerfile it carries, on a Debian made from packages, with
/// OpenSSH. The other scenarios use a smaller box with dropbear, for time's sake.
/// </summary>
[Trait("Category", "Long")]
[Collection(LabCollections.OnTheirOwn)]
public sealed class SshBoxScenario(ITestOutputHelper output)
{
    private const string Base = "debian:stable-slim";
    private static readonly string[] Installed = ["openssh-server", "openssh-sftp-server", "sudo", "ca-certificates", "curl", "iproute2", "iputils-ping", "less", "procps", "vim-tiny"];
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);

    [Fact(Timeout = 1_200_000)]
    public async Task It_is_built_once_lets_its_owner_in_with_sudo_and_is_the_same_box_when_made_again()
    {
        using var limit = new CancellationTokenSource(BuildLimit);
        await DebianPackages.EnsureAsync([("debootstrap", "debootstrap")], SilentProgress.Instance, limit.Token);
        await using var lab = await HomeLab.StartAsync(new LabOptions(), SilentProgress.Instance, limit.Token);
        await ImportBaseAsync(lab.Server.Engine, limit.Token);
        await lab.Server.Engine.DockerAsync(["rmi", "homecloud/sshbox:2"]);

        var built = (await HomeCloudAsync(lab.Server.Machine, "create", "cabin", "--user", "mo")).OrFail().Output;
        output.WriteLine(built);
        built.Should().Contain("Built homecloud/sshbox:2").And.Contain("ready after");

        var known = Path.GetTempFileName();
        try
        {
            Task<CommandResult> SshAsync(string checking, params string[] command) => lab.Laptop.RunAsync(
                ["ssh", "-i", BoxImage.KeyPath, "-o", "BatchMode=yes", "-o", $"UserKnownHostsFile={known}", "-o", $"StrictHostKeyChecking={checking}", "mo@cabin.home", .. command], timeout: TimeSpan.FromSeconds(30));
            (await SshAsync("accept-new", "whoami; hostname; sudo whoami; echo mine > kept")).OrFail().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal("mo", "cabin", "root");

            (await HomeCloudAsync(lab.Server.Machine, "rm", "--yes", "cabin")).OrFail();
            var again = (await HomeCloudAsync(lab.Server.Machine, "create", "cabin", "--user", "mo")).OrFail().Output;
            output.WriteLine(again);
            (await SshAsync("yes", "cat kept")).OrFail().Output.Trim().Should().Be("mine", "home and host key are on volumes");
            (await lab.Laptop.RunAsync(["ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", $"UserKnownHostsFile={known}", "-o", "IdentitiesOnly=yes", "-i", "/dev/null", "mo@cabin.home", "true"]))
                .Succeeded.Should().BeFalse("only keys that were put in open it");

            var hut = (await HomeCloudAsync(lab.Server.Machine, "create", "hut", "--user", "mo", "--password")).OrFail().Output;
            var password = hut.Split('\n').Single(line => line.Contains("HOMECLOUD_PASSWORD=", StringComparison.Ordinal)).Split('=')[1].Split(' ')[0];
            (await WithPasswordAsync(lab.Laptop, "mo@hut.home", "wrong" + password)).Error.Should().Contain("Permission denied");
            (await WithPasswordAsync(lab.Laptop, "mo@hut.home", password)).Error.Should().Contain("Password change required", "it is for one login");
        }
        finally
        {
            File.Delete(known);
        }
    }

    /// <summary>As ssh asks without a terminal: a program says the password.</summary>
    private static Task<CommandResult> WithPasswordAsync(Machine laptop, string whom, string password) => laptop.ShellAsync(
        """
        folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
        printf '#!/bin/sh\necho %s\n' "$2" >"$folder/ask"; chmod 700 "$folder/ask"
        SSH_ASKPASS="$folder/ask" SSH_ASKPASS_REQUIRE=force ssh -F /dev/null -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 \
            -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=10 "$1" hostname </dev/null
        """,
        [whom, password]);

    private static async Task ImportBaseAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("homecloud-debian-").FullName;
        try
        {
            (await Command.RunAsync(["sh", Path.Combine(Here(), "debian-base.sh"), work, .. Installed], timeout: BuildLimit, cancellationToken: cancellationToken)).OrFail();
            (await Command.RunAsync(["sh", "-c", $"tar -C {work}/root -c . | docker --host {engine.Endpoint} import - {Base}"], timeout: BuildLimit, cancellationToken: cancellationToken)).OrFail();
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static Task<CommandResult> HomeCloudAsync(Machine server, params string[] arguments) => server.RunAsync([Executables.Cli, .. arguments], timeout: BuildLimit);

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
