using HomeCloud.Lab;
using HomeCloud.Lab.Processes;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

/// <summary>A box that lets in with a generated password: from the laptop, with that password and with no other.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class OneTimePasswordScenario(EmbeddedLab fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly HomeLab _lab = fixture.Lab;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await RunAsync("rm", "--yes", "--volumes", "cabin");
        await _lab.RemoveContainersAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task A_box_lets_in_with_its_password_and_no_other()
    {
        var created = (await RunAsync("create", "cabin", "--user", "root", "--password")).OrFail().Output;
        output.WriteLine(created);
        var password = created.Split('\n').Single(line => line.Contains("HOMECLOUD_PASSWORD=", StringComparison.Ordinal)).Split('=')[1].Split(' ')[0];

        (await LogInAsync("wrong" + password)).Succeeded.Should().BeFalse();
        (await LogInAsync(password[..8])).Succeeded.Should().BeFalse("all of it counts");
        var entered = await LogInAsync(password);
        output.WriteLine(entered.Text);
        entered.OrFail().Output.Trim().Should().Be("cabin");
    }

    /// <summary>As ssh asks without a terminal: a program says the password.</summary>
    private Task<CommandResult> LogInAsync(string password) => _lab.Laptop.ShellAsync(
        """
        folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
        printf '#!/bin/sh\necho %s\n' "$1" >"$folder/ask"; chmod 700 "$folder/ask"
        SSH_ASKPASS="$folder/ask" SSH_ASKPASS_REQUIRE=force ssh -F /dev/null -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 \
            -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=10 root@cabin.home hostname </dev/null
        """,
        [password]);

    private Task<CommandResult> RunAsync(params string[] arguments) => _lab.Server.Machine.RunAsync([Executables.Cli, .. arguments], timeout: Patience);
}
