using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <summary>What upstreams answered to a question and, where they gave aliases only, to the names that those lead to; made one answer.</summary>
internal sealed class FollowedAnswer
{
    private readonly CacheQuestion _question;
    private readonly List<byte[]> _visited;
    private byte[]? _next;
    private byte[] _message;
    private byte[] _options;
    private uint _age;
    private uint? _denialTtl;
    private ResponseCode _code;
    private Upstream? _from;
    private bool _isAllFromHome = true;

    public FollowedAnswer(CacheQuestion question, in UpstreamReply reply)
    {
        _question = question;
        _visited = [question.Name];
        _message = reply.Response.Message;
        _options = reply.Response.Options;
        Take(reply);
    }

    /// <summary>What has to be asked next; null when the answer is whole.</summary>
    public CacheQuestion? Next => _next is null ? null : new CacheQuestion(_next, _question.Type, _question.Class, _question.Variant);

    /// <param name="rebind">What is still to be dropped, of what comes from outside; null: it was done.</param>
    public ForwardResult Result(RebindPolicy? rebind) =>
        new(ForwardOutcome.Answered, _message, _code, _options, _age, _denialTtl, From: _from, Rebind: _isAllFromHome ? rebind?.InHome : rebind);

    /// <summary>Adds the answer about <see cref="Next"/>.</summary>
    /// <returns>Usable, or why all of it is not.</returns>
    public ResponseVerdict Append(in UpstreamReply reply)
    {
        var target = Next!;
        _visited.Add(target.Name);
        if (_visited.Count > AliasChain.MaxAliases)
            return ResponseVerdict.AliasChainTooLong;
        if (MessageRewriter.Join(_message, _question, reply.Response.Message, target) is not { } joined)
            return ResponseVerdict.Malformed;
        _message = joined;
        _options = [.. _options, .. reply.Response.Options];
        Take(reply);
        return _next is not null && _visited.Exists(name => name.AsSpan().SequenceEqual(_next)) ? ResponseVerdict.AliasLoop : ResponseVerdict.Usable;
    }

    private void Take(in UpstreamReply reply)
    {
        _next = reply.Response.Continues;
        _code = reply.Response.Code;
        _denialTtl = reply.Response.DroppedTtl;
        _age = Math.Max(_age, reply.Age);
        _from = reply.Upstream;
        _isAllFromHome &= _from is { IsInHome: true };
    }
}
