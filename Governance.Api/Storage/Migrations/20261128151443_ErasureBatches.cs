using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class ErasureBatches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "AcceptedPeople",
                table: "subject_requests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1
            );

            migrationBuilder.AddColumn<Guid>(name: "BatchId", table: "subject_requests", type: "TEXT", nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsHeld",
                table: "subject_requests",
                type: "INTEGER",
                nullable: false,
                defaultValue: false
            );

            migrationBuilder.AddColumn<Guid>(
                name: "NextBatchId",
                table: "subject_requests",
                type: "TEXT",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "Waivers",
                table: "subject_requests",
                type: "TEXT",
                nullable: false,
                defaultValueSql: "'[]'"
            );

            migrationBuilder.AddColumn<long>(
                name: "BatchMatched",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "BeganAt",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "Counted",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "CountedEarlier",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "EstimatedBytes",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "HeldUntil",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "WaivedBy",
                table: "subject_request_items",
                type: "TEXT",
                nullable: true
            );

            migrationBuilder.CreateTable(
                name: "legal_holds",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Datasets = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    Until = table.Column<long>(type: "INTEGER", nullable: true),
                    PlacedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    PlacedBy = table.Column<string>(type: "TEXT", nullable: false),
                    TooLateFor = table.Column<string>(type: "TEXT", nullable: false),
                    ReleasedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ReleasedBy = table.Column<string>(type: "TEXT", nullable: true),
                    ReleaseReason = table.Column<string>(type: "TEXT", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_legal_holds", x => x.Id);
                    table.ForeignKey(
                        name: "FK_legal_holds_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "legal_hold_keys",
                columns: table => new
                {
                    HoldId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Domain = table.Column<string>(type: "TEXT", nullable: false),
                    Index = table.Column<byte[]>(type: "BLOB", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_legal_hold_keys",
                        x => new
                        {
                            x.HoldId,
                            x.Domain,
                            x.Index,
                        }
                    );
                    table.ForeignKey(
                        name: "FK_legal_hold_keys_legal_holds_HoldId",
                        column: x => x.HoldId,
                        principalTable: "legal_holds",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_requests_BatchId",
                table: "subject_requests",
                column: "BatchId"
            );

            migrationBuilder.CreateIndex(name: "IX_legal_holds_ReleasedAt", table: "legal_holds", column: "ReleasedAt");

            migrationBuilder.CreateIndex(name: "IX_legal_holds_RequestId", table: "legal_holds", column: "RequestId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "legal_hold_keys");

            migrationBuilder.DropTable(name: "legal_holds");

            migrationBuilder.DropIndex(name: "IX_subject_requests_BatchId", table: "subject_requests");

            migrationBuilder.DropColumn(name: "AcceptedPeople", table: "subject_requests");

            migrationBuilder.DropColumn(name: "BatchId", table: "subject_requests");

            migrationBuilder.DropColumn(name: "IsHeld", table: "subject_requests");

            migrationBuilder.DropColumn(name: "NextBatchId", table: "subject_requests");

            migrationBuilder.DropColumn(name: "Waivers", table: "subject_requests");

            migrationBuilder.DropColumn(name: "BatchMatched", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "BeganAt", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "Counted", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "CountedEarlier", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "EstimatedBytes", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "HeldUntil", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "WaivedBy", table: "subject_request_items");
        }
    }
}
