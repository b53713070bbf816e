using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Updating.Signing;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Updating;

/// <summary>
/// UPDATE messages: the transport's thread checks the signature, so that strangers fill no queue; a thread of the pool then makes the
/// changes, which waits for the disk, and answers late.
/// </summary>
internal sealed partial class UpdateService : BackgroundService, IUpdates
{
    private const int Waiting = 64;
    private const int LongestAnswer = 2_048;
    private const long SayEveryMilliseconds = 1_000;

    private readonly UpdateDesk _desk;
    private readonly EdnsResponder _edns;
    private readonly TimeProvider _time;
    private readonly ILogger<UpdateService> _logger;
    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private volatile UpdateKeys? _keys;
    private long _sayAt;

    public UpdateService(UpdateOptions options, UpdateDesk desk, EdnsResponder edns, TimeProvider time, ILogger<UpdateService> logger)
    {
        _desk = desk;
        _edns = edns;
        _time = time;
        _logger = logger;
        _keys = options.Keys;
        foreach (var warning in options.Warnings())
            LogWarning(warning);
    }

    /// <summary>Takes keys that were read again.</summary>
    public void Reload(UpdateOptions options) => _keys = options.Keys;

    public Disposition Handle(Span<byte> buffer, int length, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength)
    {
        ReplyTerms.Read(query, context, out var terms);
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var keys = _keys;
        var head = buffer[..query.QuestionEnd].ToArray();
        responseLength = 0;
        if (query.Edns.Version != 0)
            responseLength = Write(buffer, head, terms, null, ResponseCode.BadVersion, null);
        else if (!TsigRecord.TryFind(buffer[..length], out var tsig))
            responseLength = Write(buffer, head, terms, null, ResponseCode.FormatError, null);
        else if (tsig is null || keys is null)
            responseLength = Write(buffer, head, terms, null, ResponseCode.Refused, "updates must be signed with a key (TSIG)");
        else if (TsigSession.Check(buffer[..length], tsig, keys.Keys, now) is not { } session)
            responseLength = Write(buffer, head, terms, null, ResponseCode.FormatError, null);
        else if (session.Error != TsigError.None)
            responseLength = Reject(buffer, head, terms, session);
        else
            return Accept(buffer, length, head, terms, context, new Signed(keys, session), ref responseLength);
        return Disposition.Answered;
    }

    public void TakeSignature(Span<byte> buffer, ref int length, scoped in ParsedQuery query, scoped in QueryContext context, out IReplySignature? signature, out int responseLength)
    {
        responseLength = 0;
        signature = null;
        ReplyTerms.Read(query, context, out var terms);
        if (_keys is not { } keys)
            return;
        var isSound = TsigRecord.TryFind(buffer[..length], out var tsig);
        if (isSound && tsig is null)
            return;
        var head = buffer[..query.QuestionEnd].ToArray();
        if (!isSound || TsigSession.Check(buffer[..length], tsig!, keys.Keys, _time.GetUtcNow().ToUnixTimeSeconds()) is not { } session)
        {
            responseLength = Write(buffer, head, terms, null, ResponseCode.FormatError, null);
        }
        else if (session.Error != TsigError.None)
        {
            responseLength = Reject(buffer, head, terms, session);
        }
        else
        {
            length = tsig!.Offset;
            BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], (ushort)(MessageHeader.AdditionalCount(buffer) - 1));
            signature = new TsigSignature(session, _time);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var job in _jobs.Reader.ReadAllAsync(stoppingToken))
            Run(job);
    }

    // Reading it too is left to the other thread: it allocates, and who has a key has time.
    private Disposition Accept(Span<byte> buffer, int length, byte[] head, in ReplyTerms terms, scoped in QueryContext context, Signed signed, ref int responseLength)
    {
        var path = context.Replies.CaptureReplyPath();
        if (_jobs.Writer.TryWrite(new Job(buffer[..length].ToArray(), head, terms, path, signed)))
            return Disposition.Deferred;
        path.Abandon();
        responseLength = Write(buffer, head, terms, signed.Session, ResponseCode.ServerFailure, "too many updates are waiting");
        return Disposition.Answered;
    }

    private void Run(Job job)
    {
        var isSent = false;
        try
        {
            Phrase? why = null;
            var code = UpdateMessage.TryRead(job.Message) is { } message
                ? _desk.Apply(message, job.Signed.Session.Key!, job.Signed.Keys, out why)
                : ResponseCode.FormatError;
            if (code == ResponseCode.Refused)
                LogRefused(job.Signed.Session.KeyText, $"{why}");
            var buffer = new byte[LongestAnswer];
            var length = Write(buffer, job.Head, job.Terms, job.Signed.Session, code, why?.ToString());

            // Sending uses the path up, whatever comes of it.
            isSent = true;
            job.Path.Send(buffer.AsSpan(0, length));
        }
        catch (Exception bug)
        {
            // One update that meets a bug does not end those after it.
            LogFailed(bug);
        }
        finally
        {
            if (!isSent)
                job.Path.Abandon();
        }
    }

    private int Reject(Span<byte> buffer, byte[] head, in ReplyTerms terms, TsigSession session)
    {
        var why = session.Error switch
        {
            TsigError.BadKey => "no such key, or another algorithm",
            TsigError.BadSignature => "the signature is wrong: the secrets differ",
            TsigError.BadTime => "the clocks differ too much",
            _ => "the signature is cut short",
        };

        // A client without a key could fill the log.
        var now = terms.NowMilliseconds;
        if (now >= Interlocked.Read(ref _sayAt))
        {
            Interlocked.Exchange(ref _sayAt, now + SayEveryMilliseconds);
            LogRejected(terms.Client.ToString(), session.KeyText, why);
        }

        return Write(buffer, head, terms, session, ResponseCode.NotAuthoritative, why);
    }

    private int Write(Span<byte> buffer, byte[] head, in ReplyTerms terms, TsigSession? session, ResponseCode code, string? why)
    {
        buffer = buffer[..Math.Min(buffer.Length, LongestAnswer)];
        head.CopyTo(buffer);
        MessageHeader.SetFlags(buffer, HeaderFlags.Response | (terms.QueryFlags & HeaderFlags.OpcodeMask) | (HeaderFlags)((ushort)code & 0xF));
        var question = head.Length > MessageHeader.Size ? 1 : 0;
        var opt = _edns.Write(buffer, head.Length, terms, code, code is ResponseCode.Refused ? EdeCode.Prohibited : why is null ? null : EdeCode.Other, Encoding.ASCII.GetBytes(why ?? ""));
        MessageHeader.SetCounts(buffer, question, 0, 0, opt > 0 ? 1 : 0);
        var length = head.Length + opt;
        return session is null ? length : session.Sign(buffer, length, _time.GetUtcNow().ToUnixTimeSeconds());
    }

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(LogLevel.Warning, "Update by key {Key} refused: {Reason}")]
    private partial void LogRefused(string key, string reason);

    [LoggerMessage(LogLevel.Warning, "Update from {Client} with key {Key} rejected: {Reason}")]
    private partial void LogRejected(string client, string key, string reason);

    [LoggerMessage(LogLevel.Error, "An update failed.")]
    private partial void LogFailed(Exception bug);

    private sealed record Signed(UpdateKeys Keys, TsigSession Session);

    private sealed record Job(byte[] Message, byte[] Head, ReplyTerms Terms, IReplyPath Path, Signed Signed);
}
