using System.Text.Json;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>Tells about blocking and changes it while the server runs: for <c>block …</c> over the control socket, and for the page.</summary>
public sealed partial class BlockDesk
{
    private static readonly Phrase AlwaysWins = "it is a name of the home, and those always win";

    private readonly BlockKeeper _keeper;
    private readonly BlockedNames _names;
    private readonly Func<byte[], bool> _isOurs;
    private readonly Func<byte[], string?> _safeName;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <param name="keeper">Has the lists.</param>
    /// <param name="names">The rules in force.</param>
    /// <param name="isOurs">Whether a folded name is one that nothing blocks.</param>
    /// <param name="safeName">The safe search engine that a folded name leads to; null for other names.</param>
    public BlockDesk(BlockKeeper keeper, BlockedNames names, Func<byte[], bool> isOurs, TimeProvider time, ILogger<BlockDesk> log, Func<byte[], string?>? safeName = null) =>
        (_keeper, _names, _isOurs, _time, _log, _safeName) = (keeper, names, isOurs, time, log, safeName ?? (_ => null));

    public BlockState Read() => BlockReport.Lists(_keeper, _time.GetUtcNow());

    /// <param name="name">As text.</param>
    /// <param name="device">An address, a MAC, a name or a group; null: a device in no group.</param>
    /// <param name="problem">What is wrong, when the result is null.</param>
    public BlockVerdictState? Test(string name, string? device, out Phrase problem)
    {
        var folded = DnsName.ParseFolded(name);
        problem = folded is null ? (Phrase)$"'{name}' is not a valid domain name" : Key(device, out _) is null ? NoDevice(device!) : "";
        if (folded is null || !problem.IsEmpty)
            return null;
        return _isOurs(folded) ? BlockVerdictState.NotBlocked(DnsName.ToText(folded), AlwaysWins) : BlockReport.Test(_keeper, RulesFor(device), folded, _safeName(folded));
    }

    /// <summary>Blocks or allows a name and all below it, at once and from now on.</summary>
    /// <returns>Null, or what is wrong: then nothing has changed.</returns>
    public Phrase? Set(string name, bool allowed)
    {
        if (DnsName.ParseFolded(name) is { } folded && _isOurs(folded))
            return allowed ? (Phrase)$"'{name}' cannot be allowed: {AlwaysWins}" : $"'{name}' cannot be blocked: {AlwaysWins}";
        if (_keeper.Own.Set(name, allowed) is { } problem)
            return problem;
        LogSet(name, allowed ? "allowed" : "blocked");
        return Publish(null);
    }

    /// <summary>Lists decide about a name again.</summary>
    /// <returns>Null, or what is wrong: then nothing has changed.</returns>
    public Phrase? Remove(string name) => Publish(_keeper.Own.Remove(name));

    /// <summary>Blocks nothing for a while.</summary>
    /// <param name="device">An address, a MAC, a name or a group; null: for everybody.</param>
    /// <returns>Null, or what is wrong: then nothing has changed.</returns>
    public Phrase? Pause(TimeSpan length, string? device)
    {
        if (Key(device, out _) is not { } key)
            return NoDevice(device!);
        if (_keeper.Pauses.Pause(key, length) is { } problem)
            return problem;
        LogPaused(device ?? "all devices", length);
        return Publish(null);
    }

    /// <summary>Ends pauses.</summary>
    /// <param name="device">Null: all of them. Empty: the one for everybody.</param>
    /// <returns>How many there were.</returns>
    public int Resume(string? device)
    {
        // A name that has no address any more, or a group that is gone, may have its pause still.
        var count = _keeper.Pauses.Resume(device is null ? null : Key(device, out _) ?? device);
        Publish(null);
        return count;
    }

    /// <summary>Answers the control socket, the first line included.</summary>
    internal async Task AnswerAsync(ControlRequest request, StringWriter answer, CancellationToken cancellation)
    {
        switch (request.Verb)
        {
            case ControlRequest.BlockAdd or ControlRequest.BlockAllow:
                Done(answer, Set(request.Argument!, request.Verb == ControlRequest.BlockAllow), request.Verb == ControlRequest.BlockAllow ? "allowed" : "blocked");
                return;
            case ControlRequest.BlockRemove:
                Done(answer, Remove(request.Argument!), "removed");
                return;
            case ControlRequest.BlockPause:
                Done(answer, Pause(request.Length, request.Argument), $"paused for {request.Argument ?? "all devices"}");
                return;
            case ControlRequest.BlockResume:
                Done(answer, null, Resume(request.Argument) > 0 ? "resumed" : "nothing was paused");
                return;
            case ControlRequest.BlockTest when Test(request.Argument!, request.Device, out var problem) is null:
                Done(answer, problem, "");
                return;
        }

        await answer.WriteLineAsync("ok");
        switch (request.Verb)
        {
            case ControlRequest.BlockTest when Test(request.Argument!, request.Device, out _) is { } verdict:
                if (request.IsJson)
                    await answer.WriteLineAsync(JsonSerializer.Serialize(verdict, BlockJson.Default.BlockVerdictState));
                else
                    BlockReport.WriteTest(answer, verdict);
                break;
            case ControlRequest.BlockUpdate:
                var lines = await _keeper.UpdateNowAsync(request.Argument, cancellation);
                if (lines.Count == 0)
                    lines = [request.Argument is null ? "no block list is in use" : $"no block list is called {request.Argument}"];
                foreach (var line in request.IsJson ? [JsonSerializer.Serialize(lines, BlockJson.Default.IReadOnlyListString)] : lines)
                    await answer.WriteLineAsync(line);
                break;
            default:
                if (request.IsJson)
                    await answer.WriteLineAsync(JsonSerializer.Serialize(Read(), BlockJson.Default.BlockState));
                else
                    BlockReport.WriteLists(answer, Read());
                break;
        }
    }

    private static void Done(StringWriter answer, Phrase? problem, string done) => answer.WriteLine(problem is null ? $"ok\n{done}" : $"error: {problem}");

    private static Phrase NoDevice(string device) => $"'{device}' is no group and no device: use an address, a MAC, or a name of the home that has an address";

    // How pauses call it. A name that nobody has would be a pause for nobody.
    private string? Key(string? device, out GroupMember? member)
    {
        member = null;
        if (device is null)
            return BlockPauses.Everybody;
        if (_keeper.Groups.Any(group => group.Name == device))
            return device;
        member = GroupMember.Read(device);
        return member is { Network: null } && (member.Name is null || _keeper.AddressesOf(member).Count > 0) ? member.Text : null;
    }

    private BlockRules? RulesFor(string? device)
    {
        var key = Key(device, out var member);
        if (device is null || _names.Policy is not { } policy)
            return _names.Rules;
        if (member is not null && _keeper.AddressesOf(member) is { Count: > 0 } addresses)
            return policy.For(DeviceRules.Number(addresses.First()));

        // A group, or a MAC that was not seen yet: the rules that it will have.
        if (_keeper.Pauses.Running().Any(pause => pause.Device == key))
            return null;
        var group = member is null ? key : _keeper.Groups.FirstOrDefault(group => group.Members.Any(one => one.Text == key))?.Name ?? BlockGroup.Others;
        return _keeper.Pauses.Running().Any(pause => pause.Device == group) ? null : _keeper.RulesOf(group!);
    }

    private Phrase? Publish(Phrase? problem)
    {
        if (problem is null)
            _keeper.Publish();
        return problem;
    }

    [LoggerMessage(LogLevel.Information, "Blocking: {Name} is {Decision} by hand.")]
    private partial void LogSet(string name, string decision);

    [LoggerMessage(LogLevel.Information, "Blocking: paused for {Device} for {Length}.")]
    private partial void LogPaused(string device, TimeSpan length);
}
