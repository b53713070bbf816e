using HomeCloud.Net.Localization;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary>What a line of a server's history says: <c>createFailed</c> is "create failed".</summary>
internal static class HistoryWords
{
    public static Phrase Of(string kind) => kind switch
    {
        // Not the word of the state: that is 作成済み.
        "created" => "was created",
        "createFailed" => "create failed",
        "started" => "started",
        "stopped" => "stopped",
        "restarted" => "restarted",
        "renamed" => "renamed",
        "fellAsleep" => "fell asleep",
        "woken" => "woken",
        "wakeFailed" => "wake failed",
        "sleepSet" => "sleep set",
        "changed" => "changed",
        "updated" => "updated",
        "takenBack" => "taken back",
        "changeFailed" => "change failed",
        "terminalOpened" => "terminal opened",
        "terminalClosed" => "terminal closed",
        "moved" => "moved",
        "removed" => "removed",
        "expired" => "expired",
        "died" => "died",
        _ => Show.Safe(string.Concat(kind.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"))),
    };
}
