using System.Text.Json;
using Pipeline.Inference.Recipes;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Extractive;

public sealed class TitleQualityTests
{
    private static readonly (string Text, string Reference)[] _tickets =
    [
        ("您好，我是城南小区3号楼的住户，从2024年3月5日开始，我们单元的电梯就经常停在半空不动，物业来看过两次都说已经修好了，可是昨天晚上又把一位老人困在里面40分钟。希望贵单位尽快派人检修电梯，并给住户一个答复。",
            "城南小区3号楼电梯反复故障困人，请求尽快检修"),
        ("用户反馈登录OA系统时提示“密码错误”，重置密码后仍然无法登录。经排查，该用户的账号在AD域中被锁定，原因是手机邮箱客户端保存了旧密码并反复尝试。解锁账号并更新手机端密码后恢复正常。",
            "OA系统无法登录，因手机旧密码致账号锁定，已解锁恢复"),
        ("尊敬的领导：我们村通往镇上的公路去年冬天被大雨冲毁了一段，至今没有修复，学生上学和老人看病都要绕行十多公里。村民多次向镇政府反映，得到的答复都是正在申请资金。请问这段公路什么时候能够修复？",
            "反映村通镇公路被冲毁至今未修复"),
        ("3月12日上午9:20，监控平台告警显示核心交换机SW-01端口Gi1/0/24流量异常，丢包率达到35%。值班工程师检查后发现光模块老化，更换光模块后丢包率降为0，业务恢复正常。建议对同批次光模块进行排查。",
            "核心交换机SW-01光模块老化导致丢包，更换后恢复"),
        ("客户来电投诉，其于2月28日在网上购买的洗衣机至今未安装。客户多次联系安装师傅，对方总以人手不足为由推迟。客户要求48小时内上门安装，否则退货并赔偿误工费。",
            "客户投诉洗衣机至今未安装，要求48小时内上门否则退货"),
        ("打印机HP M479在打印双面文件时经常卡纸，清理进纸轮后情况没有改善。现场检查发现定影组件磨损严重，需要更换定影组件，备件预计3个工作日到货。",
            "打印机HP M479双面打印卡纸，需更换定影组件"),
        ("我在A市B区上班，每天早晚高峰都要经过人民路与解放路路口。该路口的红绿灯时间设置很不合理，左转绿灯只有15秒，经常堵车几百米。建议交警部门适当延长左转绿灯时间，缓解拥堵。",
            "建议延长人民路与解放路路口左转绿灯时间"),
        ("生产数据库主库磁盘使用率达到96%，导致订单写入超时，影响下单约25分钟。原因是归档日志没有按计划清理。已手工清理归档日志，磁盘使用率降到61%，并补充了清理任务的监控。",
            "生产数据库磁盘使用率过高导致订单写入超时，已清理归档日志"),
        ("近期我们小区楼下的烧烤店每天营业到凌晨两点，油烟直接排放到居民楼，噪音也非常大，严重影响居民休息。我们多次拨打投诉电话，没有得到解决。请环保和城管部门尽快处理烧烤店油烟和噪音扰民的问题。",
            "投诉小区楼下烧烤店油烟和噪音扰民"),
        ("空压机P-101A今早启动后振动值达到11.2 mm/s，超过报警值7.1 mm/s，同时轴承温度升到85℃。停机检查发现轴承润滑脂干涸、滚珠剥落。更换轴承并加注润滑脂后，空压机振动值降至2.3 mm/s，设备恢复运行。",
            "空压机P-101A轴承损坏振动超标，更换轴承后恢复运行"),
        ("你好，请问公积金贷款买房以后，每个月还可以提取公积金账户里的余额来还贷吗？我在网上查到的说法都不一样，有的说可以按月提取，有的说一年只能提取一次。麻烦给一个准确的答复，谢谢。",
            "咨询公积金贷款后能否按月提取公积金还贷"),
        ("VPN客户端升级到5.2.1版本后，部分Windows 11用户连接VPN时报错691。回退到5.1.8版本可以正常连接。厂商确认5.2.1版本存在证书校验缺陷，将在下一版本修复，临时方案为使用旧版本客户端。",
            "VPN客户端5.2.1版本连接报错691，临时回退5.1.8版本"),
        ("新华社消息，国务院办公厅日前印发通知，部署做好今年元旦春节期间有关工作。通知要求，各地要保障节日期间粮油肉蛋菜等重要商品供应，加强价格监管，严厉打击哄抬物价等行为。",
            "国务院办公厅部署做好元旦春节期间有关工作"),
        ("据央行网站，中国人民银行决定自3月17日起下调金融机构存款准备金率0.25个百分点。此次下调后，金融机构加权平均存款准备金率约为7.6%。央行表示，将精准有力实施好稳健货币政策。",
            "央行决定下调存款准备金率0.25个百分点"),
        ("昨日下午，一辆满载化肥的货车在沪昆高速江西段发生侧翻，化肥散落一地，造成交通中断近两小时。交警和路政人员赶到现场清理，所幸没有人员伤亡。事故原因正在进一步调查。",
            "沪昆高速江西段货车侧翻致交通中断"),
    ];

    [Fact]
    public async Task A_title_is_nearer_to_a_human_one_than_the_lead_on_our_own_tickets()
    {
        var (title, lead) = (await MeanF("extractive-title", _tickets), await MeanF("lead", _tickets));
        Assert.True(title > lead, $"extractive-title {title:F2}, lead {lead:F2}");
    }

    [Fact]
    public async Task A_title_beats_the_lead_by_five_points_of_rouge_l_on_scientific_abstracts()
    {
        (string Text, string Reference)[] pairs = [.. File.ReadLines(Checkout.RequireShared("data/csl-title-dev.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => (row.GetProperty("text").GetString()!, row.GetProperty("reference").GetString()!))];
        var (title, lead) = (await MeanF("extractive-title", pairs), await MeanF("lead", pairs));
        Assert.True(title >= lead + 5, $"extractive-title {title:F2}, lead {lead:F2}");
    }

    [Fact]
    public async Task Of_the_sample_work_orders_titles_tell_more_than_the_lead_and_summaries_more_than_titles()
    {
        (string Text, string Reference)[] pairs = [.. WorkOrders.All.Where(w => w.IsForTuning).Select(w => (w.Text, w.Reference))];
        var (summary, title, lead) = (await MeanF("extractive", pairs), await MeanF("extractive-title", pairs), await MeanF("lead", pairs));
        Assert.True(title >= lead + 2, $"extractive-title {title:F2}, lead {lead:F2}");
        Assert.True(summary >= title + 5, $"extractive {summary:F2}, extractive-title {title:F2}");
    }

    [Fact]
    public async Task On_work_orders_that_no_rule_was_made_for_titles_and_summaries_beat_the_lead()
    {
        (string Text, string Reference)[] pairs = [.. WorkOrders.All.Where(w => !w.IsForTuning).Select(w => (w.Text, w.Reference))];
        var (summary, title, lead) = (await MeanF("extractive", pairs), await MeanF("extractive-title", pairs), await MeanF("lead", pairs));
        Assert.True(title >= lead + 2, $"extractive-title {title:F2}, lead {lead:F2}");
        Assert.True(summary >= lead + 8, $"extractive {summary:F2}, lead {lead:F2}");
    }

    [Theory]
    [InlineData("Please check the link between Building C and the data room.", "Please check the link")]
    [InlineData("Warehouse staff cannot log in to the stock application since Tuesday morning.", "Warehouse staff cannot log")]
    public async Task A_cut_leaves_no_preposition_or_article_at_the_end(string text, string expected)
    {
        var outcomes = await Outcomes.Of(EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.ExtractiveTitle), text);
        Assert.Equal(expected, outcomes[0].Value!.Text);
    }

    private static async Task<double> MeanF(string recipe, (string Text, string Reference)[] pairs)
    {
        var outcomes = await Outcomes.Of(EngineFactory.Baselines.CreateSummarizer(BuiltInRecipes.Find(recipe)), [.. pairs.Select(p => p.Text)]);
        return 100 * pairs.Zip(outcomes, (pair, outcome) => CharRouge.F(pair.Reference, outcome.Value!.Text)).Average();
    }
}
