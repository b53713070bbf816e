using System.Diagnostics;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Lab;
using HomeCloud.Tests.Lab.Install;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Docs;

/// <summary>Follows the documents word by word in the lab: every command that commands.txt does not leave to another test is run. Takes minutes: ./test long; DocumentsTests keep the table whole every day.</summary>
[Collection(LabCollections.OnTheirOwn)]
[Trait("Category", "Long")]
public sealed class DocumentsScenario(DocumentedHome home, ITestOutputHelper output) : IClassFixture<DocumentedHome>
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(2);
    private readonly CommandTable _table = CommandTable.Read();
    private readonly List<string> _failures = [];

    [Fact(Timeout = 900_000)]
    public async Task Every_command_of_the_documents_runs()
    {
        var run = 0;
        foreach (var document in Documents.Blocks().GroupBy(block => block.File))
        {
            var started = Stopwatch.GetTimestamp();
            await home.Lab.RemoveContainersAsync();

            // The next document's airplay is another server, with another host key.
            (await home.TypeAsync("laptop", "rm -f /run/known_hosts", CommandLimit)).OrFail();
            foreach (var given in _table.Given.GetValueOrDefault(document.Key, []))
                (await home.TypeAsync("server", given, CommandLimit)).OrFail();
            foreach (var block in document)
                run += await FollowAsync(block);
            output.WriteLine($"{document.Key}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        }

        _failures.Should().BeEmpty();
        output.WriteLine($"measured: {run} commands of the documents run in the lab");

        // What docs/router.md had the router say is what a laptop is told.
        await LaptopLease.AskAsync(home.Lab, "search home\nnameserver 192.168.1.2\n");
    }

    private async Task<int> FollowAsync(DocumentedBlock block)
    {
        var commands = block.Commands().ToList();
        switch (_table.Find(commands[0].Text))
        {
            case { How: "text" }:
                return 0;
            case { How: "dnsmasq" }:
                await RunAsync(commands[0], new("router", [0], "", null), $"cat >part.conf <<'END'\n{string.Join('\n', block.Lines)}\nEND\ndnsmasq --test --conf-file=part.conf");
                return 1;
            case { How: "lab" } rule:
                var script = commands.Count == 1 ? rule.Instead ?? commands[0].Text : "set -e\n" + string.Join('\n', commands.Select(command => command.Text));
                await RunAsync(commands[0], rule, _table.Replaced(script));
                return commands.Count;
        }

        var run = 0;
        foreach (var command in commands)
        {
            var rule = _table.Find(command.Text)!;
            if (rule.How is "elsewhere" or "not here")
                continue;
            await RunAsync(command, rule, _table.Typed(rule, command.Text));
            run++;
        }

        return run;
    }

    private async Task RunAsync(DocumentedCommand command, CommandRule rule, string typed)
    {
        CommandResult? result = null;
        // A name is there moments after what makes it; whoever types by hand never notices.
        var patience = typed.StartsWith("dig ", StringComparison.Ordinal) ? SettleLimit : TimeSpan.Zero;
        if (!await Poll.UntilAsync(async () => IsRight(rule, typed, result = await home.TypeAsync(rule.How, typed, CommandLimit)), patience))
            _failures.Add($"{command.Where}: {typed} ended with {result!.ExitCode}: {result.Text}");
    }

    private static bool IsRight(CommandRule rule, string typed, CommandResult result)
    {
        if (!rule.ExitCodes.Contains(result.ExitCode))
            return false;
        if (!typed.StartsWith("dig ", StringComparison.Ordinal))
            return true;
        // dig is content with any answer; we are not.
        return result.Text.Length > 0 && !new[] { "SERVFAIL", "REFUSED", "timed out", "Transfer failed", "no servers could be reached" }.Any(result.Text.Contains);
    }
}
